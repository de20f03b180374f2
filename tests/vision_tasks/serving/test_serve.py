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

import psutil
import pytest
from alembic import command

from tests import plain_http
from tests.dashboard.people import PASSWORD, add_person
from tests.databases import Databases, psql
from tests.deployed import get_config
from tests.desk import Desk
from tests.keys import KEY, make_headers
from tests.servers import format_environment
from tests.staff import Staff
from vision_tasks.config import Settings
from vision_tasks.serving.first_key import VARIABLE

STOP_SECONDS = 5
GONE_SECONDS = 20


@pytest.fixture(scope="module")
def configured(databases: Databases, template: str) -> Iterator[Settings]:
    """Settings of a database for desks, which start faster on it than on an embedded one."""
    with databases.create(template=template) as settings:
        yield settings


@pytest.fixture(scope="module")
def shared_desk(configured: Settings) -> Iterator[Desk]:
    desk = Desk("--workers", "2", environment=format_environment(configured))
    desk.wait_for_screen()
    yield desk
    assert desk.stop(signal.SIGINT) == 0


@pytest.fixture
def own_desk(configured: Settings) -> Iterator[Desk]:
    desk = Desk(environment=format_environment(configured))
    desk.wait_for_screen()
    yield desk
    desk.stop()


def _list_processes(desk: Desk) -> list[psutil.Process]:
    processes = psutil.Process(desk.process.pid).children(recursive=True)
    assert len(processes) >= 4
    return list(processes)


def _wait_until_gone(processes: list[psutil.Process]) -> list[psutil.Process]:
    _, alive = psutil.wait_procs(processes, timeout=GONE_SECONDS)
    return list(alive)


def test_the_screen_says_where_everything_is_and_its_command_works(
    configured: Settings, shared_desk: Desk
) -> None:
    assert f"{shared_desk.dashboard}/admin/" in shared_desk.printed
    assert f"{shared_desk.api}/docs" in shared_desk.printed
    answer = subprocess.run(
        shared_desk.find_command(),
        shell=True,
        env={**os.environ, VARIABLE: KEY},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(answer.stdout)["status"] == "PENDING"
    with psql(configured) as cursor:
        add_person(cursor, email="ana@example.org", password=PASSWORD)
    staff = Staff(shared_desk, "ana@example.org", PASSWORD)
    assert "photo.jpg" in staff.open("/admin/tasks/").text
    staff.close()


def test_several_workers_share_the_port(shared_desk: Desk) -> None:
    url = f"{shared_desk.api}/api/v1/tasks"
    answers = [
        plain_http.post(url, json={"filename": f"{number}.jpg"}, headers=make_headers())
        for number in range(20)
    ]
    assert [answer.status_code for answer in answers] == [201] * 20


def test_a_taken_port_is_one_line_and_nothing_is_started(shared_desk: Desk, tmp_path: Path) -> None:
    second = Desk("--api-port", str(shared_desk.api_port), "--data-dir", str(tmp_path / "home"))
    assert second.wait() == 1
    assert second.printed.count("\n") == 1
    assert f"Port {shared_desk.api_port}" in second.printed
    assert not (tmp_path / "home").exists()


def test_a_stop_ends_all_of_it_in_five_seconds(own_desk: Desk) -> None:
    processes = _list_processes(own_desk)
    with socket.create_connection(("127.0.0.1", own_desk.dashboard_port)):
        started = time.monotonic()
        assert own_desk.stop(signal.SIGTERM) == 0
        assert time.monotonic() - started < STOP_SECONDS
    assert _wait_until_gone(processes) == []
    assert "Traceback" not in own_desk.printed


def test_a_stop_during_a_migration_that_waits_is_as_quick(
    databases: Databases, template: str
) -> None:
    with databases.create(template=template) as settings, psql(settings) as cursor:
        command.downgrade(get_config(settings), "1d0a3c2f6b11")
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE tasks")
        patient = settings.model_copy(update={"MIGRATION_LOCK_SECONDS": 60.0})
        desk = Desk(environment={**format_environment(patient), "MIGRATION_LOCK_SECONDS": "60"})
        deadline = time.monotonic() + GONE_SECONDS
        while not _count_waiting(cursor):
            assert time.monotonic() < deadline
        started = time.monotonic()
        assert desk.stop(signal.SIGINT) == 0
        assert time.monotonic() - started < STOP_SECONDS
        assert "Traceback" not in desk.printed
        while _count_waiting(cursor):
            assert time.monotonic() < deadline


def _count_waiting(cursor: Any) -> int:
    cursor.execute("SELECT pg_stat_clear_snapshot()")
    cursor.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        " AND application_name LIKE 'vision-tasks-migrations%'"
    )
    return int(cursor.fetchone()[0])


def test_what_lies_in_the_current_directory_is_not_served_and_a_closed_terminal_stops_it(
    configured: Settings, tmp_path: Path
) -> None:
    for name in ("api", "dashboard", "asgi", "vision_tasks"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise RuntimeError('not ours')")
    desk = Desk(environment=format_environment(configured), directory=tmp_path)
    try:
        assert "not ours" not in desk.wait_for_screen()
    finally:
        assert desk.stop(signal.SIGHUP) == 0


def test_a_server_that_dies_ends_the_desk_with_a_word(own_desk: Desk) -> None:
    processes = _list_processes(own_desk)
    psutil.Process(own_desk.process.pid).children()[0].kill()
    assert own_desk.wait() == 1
    assert "ended unexpectedly" in own_desk.printed
    assert _wait_until_gone(processes) == []


def test_other_machines_are_let_in_under_the_names_that_were_given(configured: Settings) -> None:
    environment = {**format_environment(configured), "TRUSTED_HOSTS": "desk.example,127.0.0.1"}
    desk = Desk("--host", "0.0.0.0", environment=environment)
    try:
        printed = desk.wait_for_screen()
        assert f"http://desk.example:{desk.dashboard_port}/admin/" in printed
        assert "passwords and keys travel readable" in printed
        for port, path in ((desk.api_port, "/livez"), (desk.dashboard_port, "/admin/")):
            for host, refused in (
                ("desk.example", False),
                ("0.0.0.0", True),
                ("evil.example", True),
            ):
                # Another address of this machine than the one that is listened on otherwise.
                answer = plain_http.get(f"http://127.0.0.9:{port}{path}", headers={"Host": host})
                assert (answer.status_code == 400) is refused, (port, host)
    finally:
        assert desk.stop() == 0
