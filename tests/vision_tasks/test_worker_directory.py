import os
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.vision_tasks.worker_processes import run_server, run_worker
from vision_tasks import worker_directory
from vision_tasks.worker_directory import VARIABLE, find_worker_directory, remove_worker_directory


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where servers that have `tmp_path` for temporary files keep their directories."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.delenv(VARIABLE, raising=False)
    return tmp_path / f"vision-tasks-workers-{os.geteuid()}"


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_the_workers_of_a_server_share_one_directory_that_it_removes(
    base: Path, tmp_path: Path, method: str
) -> None:
    with run_server(tmp_path, method) as server, run_server(tmp_path, method) as another:
        [directory] = server.said
        assert Path(directory).parent == base
        assert Path(directory).name.startswith(f"{server.pid}-")
        assert another.said != server.said
        assert {path.stat().st_mode & 0o777 for path in (base, Path(directory))} == {0o700}
        assert server.end() == ["False"]
        assert Path(another.said[0]).is_dir()


def test_a_process_that_nobody_started_as_a_worker_shares_nothing(base: Path) -> None:
    assert find_worker_directory() is None
    assert not base.exists()


def test_the_directory_of_the_operator_comes_first_and_stays(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "own"))
    with remove_worker_directory():
        assert find_worker_directory() == tmp_path / "own"
    assert (tmp_path / "own").is_dir()
    assert not base.exists()


def test_what_a_killed_server_left_goes_when_the_next_starts(base: Path, tmp_path: Path) -> None:
    with run_server(tmp_path, "fork") as killed:
        killed.kill()
        [left] = killed.said
        assert Path(left).is_dir()
        with run_server(tmp_path, "fork") as server:
            assert [str(path) for path in base.iterdir()] == server.said


def test_what_a_worker_still_uses_stays_though_its_server_is_unknown_here(
    base: Path, tmp_path: Path
) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    used, unused = base / f"{ended.pid}-1", base / f"{ended.pid}-2"
    for directory in (base, used, unused):
        directory.mkdir(mode=0o700)
    with run_worker(used), run_server(tmp_path, "fork"):
        assert used.is_dir()
        assert not unused.exists()


@pytest.mark.parametrize("kind", ["open", "link", "file"])
def test_a_place_that_others_could_write_to_is_not_used_and_not_emptied(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    if kind == "open":
        base.mkdir()
        base.chmod(0o770)
    elif kind == "link":
        base.symlink_to(elsewhere)
    else:
        base.touch()
    theirs = worker_directory._locate(base, os.getpid())
    if kind != "file":
        theirs.mkdir()
    parent = SimpleNamespace(pid=os.getpid())
    monkeypatch.setattr("multiprocessing.parent_process", lambda: parent)
    with pytest.raises(OSError, match=base.name), remove_worker_directory():
        find_worker_directory()
    assert kind == "file" or theirs.is_dir()
