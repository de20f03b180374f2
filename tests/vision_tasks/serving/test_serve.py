"""`vision-tasks serve`, from the first line to the last."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.databases import Databases
from tests.desk import Desk, run_desk
from tests.servers import format_environment
from vision_tasks.config import Settings

STOP_SECONDS = 5
GONE_SECONDS = 20


@pytest.fixture
def configured(settings: Settings) -> Iterator[Desk]:
    """A desk on a configured database, which starts faster than an embedded one."""
    desk = Desk(environment=format_environment(settings))
    yield desk
    desk.stop()


def _send(desk: Desk, filename: str) -> httpx.Response:
    return httpx.post(f"{desk.api}/api/v1/tasks", json={"filename": filename})


def _wait_until_gone(processes: list[psutil.Process]) -> list[psutil.Process]:
    _, alive = psutil.wait_procs(processes, timeout=GONE_SECONDS)
    return list(alive)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_all_of_it_in_five_seconds(configured: Desk, number: signal.Signals) -> None:
    configured.wait_for_screen()
    processes = psutil.Process(configured.process.pid).children(recursive=True)
    assert len(processes) >= 4
    with socket.create_connection(("127.0.0.1", configured.dashboard_port)):
        started = time.monotonic()
        assert configured.stop(number) == 0
        assert time.monotonic() - started < STOP_SECONDS
    assert _wait_until_gone(processes) == []
    assert "Traceback" not in configured.printed


def test_the_screen_says_where_everything_is_and_its_command_works(configured: Desk) -> None:
    screen = configured.wait_for_screen()
    assert f"{configured.dashboard}/admin/" in screen
    assert f"{configured.api}/docs" in screen
    answer = subprocess.run(
        configured.find_command(), shell=True, capture_output=True, text=True, check=True
    )
    assert json.loads(answer.stdout)["status"] == "PENDING"
    assert "photo.jpg" in httpx.get(f"{configured.dashboard}/admin/tasks/").text


def test_several_workers_share_the_port(settings: Settings) -> None:
    desk = Desk("--workers", "2", environment=format_environment(settings))
    try:
        desk.wait_for_screen()
        assert all(_send(desk, f"{number}.jpg").status_code == 201 for number in range(20))
    finally:
        assert desk.stop() == 0


def test_the_servers_end_when_the_command_is_killed(configured: Desk) -> None:
    configured.wait_for_screen()
    processes = psutil.Process(configured.process.pid).children(recursive=True)
    configured.process.kill()
    assert _wait_until_gone(processes) == []


def test_a_server_that_dies_ends_the_desk_with_a_word(configured: Desk) -> None:
    configured.wait_for_screen()
    server = psutil.Process(configured.process.pid).children()[0]
    server.kill()
    assert configured.wait() == 1
    assert "ended unexpectedly" in configured.printed


def test_a_taken_port_is_one_line_and_nothing_is_started(
    settings: Settings, tmp_path: Path
) -> None:
    desk = Desk(environment=format_environment(settings))
    try:
        desk.wait_for_screen()
        second = Desk("--api-port", str(desk.api_port), "--data-dir", str(tmp_path / "home"))
        assert second.wait() == 1
        assert second.printed.count("\n") == 1
        assert f"Port {desk.api_port}" in second.printed
        assert not (tmp_path / "home").exists()
    finally:
        desk.stop()


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"POSTGRES_PASSWORD": "s3cret-word"}, "POSTGRES_PASSWORD"),
        ({"POSTGRES_SERVER": "127.0.0.1", "POSTGRES_PORT": 1}, "127.0.0.1:1"),
        ({"database": "nowhere"}, "nowhere"),
    ],
)
def test_a_database_that_refuses_is_one_line(
    databases: Databases, wrong: dict[str, Any], word: str
) -> None:
    settings = databases.settings_of(**{"database": "postgres", **wrong})
    desk = Desk(environment=format_environment(settings))
    assert desk.wait() == 1
    assert desk.printed.count("\n") == 1
    assert word in desk.printed
    assert "s3cret-word" not in desk.printed


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--host", "0.0.0.0"], "this machine only"),
        (["--workers", "0"], "--workers"),
        (["--api-port", "70000"], "--api-port"),
        (["--data-dir", "/dev/null"], "/dev/null"),
    ],
)
def test_a_wrong_option_is_refused_by_name(options: list[str], word: str) -> None:
    desk = Desk(*options)
    assert desk.wait() != 0
    assert word in desk.printed
    assert "Traceback" not in desk.printed


def test_tasks_survive_kill_minus_nine_of_everything(run_directory: Path) -> None:
    home = run_directory / "killed"
    with run_desk(home) as desk:
        task = _send(desk, "kept.jpg").json()
        processes = [
            process
            for process in psutil.process_iter(["cmdline", "ppid"])
            if str(home) in " ".join(process.info["cmdline"] or [])
        ]
        desk.process.kill()
        for process in processes:
            for child in [process, *process.children(recursive=True)]:
                os.kill(child.pid, signal.SIGKILL)
        _wait_until_gone(processes)
    with run_desk(home) as desk:
        assert httpx.get(f"{desk.api}/api/v1/tasks/{task['id']}").json() == task


def test_a_database_that_is_killed_comes_back_while_the_desk_runs(run_directory: Path) -> None:
    home = run_directory / "revived"
    with run_desk(home) as desk:
        task = _send(desk, "kept.jpg").json()
        postmaster = psutil.Process(int((home / "data" / "postmaster.pid").read_text().split()[0]))
        for process in [*postmaster.children(), postmaster]:
            process.kill()
        url = f"{desk.api}/api/v1/tasks/{task['id']}"
        deadline = time.monotonic() + GONE_SECONDS
        while (answer := httpx.get(url, timeout=GONE_SECONDS)).status_code == 503:
            assert time.monotonic() < deadline
        assert answer.json() == task
        assert "kept.jpg" in httpx.get(f"{desk.dashboard}/admin/tasks/").text
    assert not psutil.pid_exists(postmaster.pid)
