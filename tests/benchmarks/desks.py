"""Desks on tables of any size, and other people's admins on the same tables."""

import importlib.util
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from dashboard import create_app
from dashboard.positions import format_position
from tests.benchmarks.large_tables import NEWEST, fill
from tests.dashboard.people import read_cookies, sign_in
from tests.databases import Databases, psql
from tests.servers import find_free_port, format_environment, serve_dashboard, wait_until_answers
from vision_tasks.config import Settings
from vision_tasks.records import Position
from vision_tasks.upgrade import upgrade_to_head

PAGE = 20
TIMES, SECONDS = 21, 6
APPS = "tests.benchmarks.apps"
FLASK, ON_OURS, STARLETTE = "Flask-Admin", "on our indexes", "starlette-admin"
GRANIAN = ("granian", "--interface", "wsgi", "--blocking-threads", "8", "--log-level", "error")
SERVERS = {
    FLASK: (*GRANIAN, f"{APPS}.flask_admin_desk:app"),
    ON_OURS: (*GRANIAN, f"{APPS}.flask_admin_desk:app"),
    STARLETTE: ("uvicorn", "--log-level", "error", f"{APPS}.starlette_admin_desk:app"),
}
NEEDED = {FLASK: "flask_admin", ON_OURS: "flask_admin", STARLETTE: "starlette_admin"}
# The same rows in the same order, with the indexes that the table had before this project.
_COPY = """
CREATE SCHEMA deployed;
CREATE TABLE deployed.tasks (LIKE public.tasks INCLUDING DEFAULTS);
INSERT INTO deployed.tasks SELECT * FROM public.tasks;
ALTER TABLE deployed.tasks ADD PRIMARY KEY (id);
CREATE INDEX ix_tasks_status ON deployed.tasks (status)"""
_PICK = """
SELECT id::text FROM tasks WHERE created_at <= %s AND status = 'COMPLETED'
   AND EXISTS (SELECT FROM task_changes WHERE task_id = tasks.id)
 ORDER BY created_at DESC LIMIT 1"""
_LAST_TASKS = "SELECT created_at, id::text FROM tasks ORDER BY created_at, id LIMIT 1 OFFSET %s"
_HALF_CHANGES = """
SELECT changed_at, id FROM task_changes WHERE (task_id IS NULL OR batch_id IS NULL)
   AND changed_at <= %s ORDER BY changed_at DESC, id DESC LIMIT 1"""


@dataclass(frozen=True)
class Server:
    """What is asked, by a client that is signed in if need be; `names` stand in its addresses."""

    client: httpx.Client
    names: dict[str, str]

    def measure(self, path: str) -> float:
        """Ask for a page; returns the milliseconds it took."""
        began = time.perf_counter()
        answer = self.client.get(path.format(**self.names))
        taken = 1000 * (time.perf_counter() - began)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:2_000])
        return taken


@contextmanager
def open_tables(databases: Databases, tasks: int) -> Iterator[Settings]:
    """A database of so many tasks with their history."""
    with databases.create() as settings:
        upgrade_to_head(settings)
        fill(databases, settings, tasks, with_history=True)
        yield settings


def copy_as_deployed(settings: Settings) -> None:
    """Make the table that an admin finds where nobody has made indexes for it."""
    with psql(settings) as cursor:
        cursor.execute(_COPY)
        cursor.execute("VACUUM ANALYZE deployed.tasks")


@contextmanager
def serve_ours(settings: Settings, tasks: int) -> Iterator[Server]:
    """Our desk, and an admin who is signed in."""
    app = create_app(settings)
    cookies = read_cookies(sign_in(app))
    app.extensions["vision_tasks"].engine.dispose()
    with (
        serve_dashboard(settings) as url,
        httpx.Client(base_url=url, cookies=cookies, timeout=120, verify=False) as client,
    ):
        yield Server(client, _find_names(settings, tasks))


@contextmanager
def serve_peer(settings: Settings, name: str, tasks: int) -> Iterator[Server | None]:
    """One of SERVERS; None where it is not installed. All but ON_OURS have the deployed table."""
    if importlib.util.find_spec(NEEDED[name]) is None:
        yield None
        return
    port = find_free_port()
    path = "public" if name == ON_OURS else "deployed, public"
    process = subprocess.Popen(
        [sys.executable, "-m", *SERVERS[name], "--port", str(port)],
        env={
            **format_environment(settings),
            "PYTHONPATH": str(Path.cwd()),
            "PGOPTIONS": f"-c search_path={path.replace(' ', '')}",
        },
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_answers(f"{url}/admin/", process.poll)
        with httpx.Client(base_url=url, timeout=600, verify=False) as client:
            yield Server(client, _find_names(settings, tasks))
    finally:
        process.terminate()
        process.wait(30)


def take_turns(asked: list[tuple[Server, str]]) -> list[float]:
    """The median milliseconds of pages that are asked for in turn.

    What has taken long together is asked for no more, be it after the first time.
    """
    taken: list[list[float]] = [[] for _ in asked]
    for _ in range(TIMES):
        for (server, path), times in zip(asked, taken, strict=True):
            if sum(times) < 1000 * SECONDS:
                times.append(server.measure(path))
    return [statistics.median(times) for times in taken]


def _find_names(settings: Settings, tasks: int) -> dict[str, str]:
    half = NEWEST - timedelta(seconds=tasks // 2 + 7)
    with psql(settings) as cursor:
        task_id = _fetch(cursor, _PICK, half)[0]
        last = _fetch(cursor, _LAST_TASKS, PAGE)
        changed = _fetch(cursor, _HALF_CHANGES, half)
    pages = tasks // PAGE
    return {
        "id": task_id,
        "beginning": task_id[:8],
        "half": format_position(Position(half, UUID(int=2**128 - 1))),
        "last": format_position(Position(last[0], UUID(last[1]))),
        "half_day": half.date().isoformat(),
        "half_moment": half.astimezone(UTC).strftime("%Y-%m-%d+%H:%M:%S"),
        "half_iso": half.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "half_page": str(pages // 2),
        "last_page": str(pages - 1),
        "half_change": f"{_format_moment(changed[0])}_{changed[1]}",
    }


def _format_moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def _fetch(cursor: Any, statement: str, value: int | datetime) -> tuple[Any, ...]:
    cursor.execute(statement, (value,))
    return tuple(cursor.fetchone())
