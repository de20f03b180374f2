"""`vision-tasks serve` on its embedded database, whatever is killed."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil

from tests import plain_http
from tests.desk import Desk, run_desk
from tests.keys import make_headers
from tests.staff import Staff
from vision_tasks.serving.first_key import VARIABLE

BACK_SECONDS = 20


def _send(desk: Desk, filename: str) -> dict[str, object]:
    headers = make_headers(desk.find_key())
    answer = plain_http.post(
        f"{desk.api}/api/v1/tasks", json={"filename": filename}, headers=headers
    )
    assert answer.status_code == 201
    return dict(answer.json())


def _find_postmaster(home: Path) -> psutil.Process:
    return psutil.Process(int((home / "data" / "postmaster.pid").read_text().split()[0]))


def test_a_task_survives_kill_minus_nine_of_everything(quick_directory: Path) -> None:
    home = quick_directory / "killed"
    with run_desk(home) as desk:
        task, key = _send(desk, "kept.jpg"), desk.find_key()
        postmaster = _find_postmaster(home)
        parents = [psutil.Process(desk.process.pid), postmaster]
        everything = [one for parent in parents for one in parent.children(recursive=True)]
        for process in [*parents, *everything]:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        psutil.wait_procs(everything, timeout=BACK_SECONDS)
    with run_desk(home) as desk:
        assert "shown this once" not in desk.printed
        assert f"${VARIABLE}" in desk.find_command()
        url = f"{desk.api}/api/v1/tasks/{task['id']}"
        assert plain_http.get(url, headers=make_headers(key)).json() == task
        # The command alone is killed: its servers end, and the last of them ends PostgreSQL.
        plain_http.get(f"{desk.dashboard}/admin/")
        servers = psutil.Process(desk.process.pid).children(recursive=True)
        assert len(servers) >= 4
        desk.process.kill()
        assert psutil.wait_procs(servers, timeout=BACK_SECONDS)[1] == []
        deadline = time.monotonic() + BACK_SECONDS
        while (home / "data" / "postmaster.pid").exists():
            assert time.monotonic() < deadline


def test_a_database_that_is_killed_comes_back_while_the_desk_runs(quick_directory: Path) -> None:
    home = quick_directory / "revived"
    with run_desk(home) as desk:
        task = _send(desk, "kept.jpg")
        first = _find_postmaster(home)
        for process in [first, *first.children()]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        url = f"{desk.api}/api/v1/tasks/{task['id']}"
        deadline = time.monotonic() + BACK_SECONDS
        headers = make_headers(desk.find_key())
        while (
            answer := plain_http.get(url, headers=headers, timeout=BACK_SECONDS)
        ).status_code == 503:
            assert time.monotonic() < deadline
        assert answer.json() == task
        staff = Staff(desk)
        assert "kept.jpg" in staff.open("/admin/tasks/").text
        staff.close()
        assert _find_postmaster(home).pid != first.pid
        assert desk.stop() == 0
        assert not (home / "data" / "postmaster.pid").exists()
