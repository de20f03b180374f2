"""Exports of many tasks beside PostgreSQL's own COPY: how long they take, how much they hold."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from dashboard import create_app
from dashboard.exporting.export import ROWS
from tests.benchmarks.conftest import ROW, TITLE
from tests.benchmarks.memory import watch_memory
from tests.dashboard.people import read_cookies, sign_in
from tests.databases import Databases, psql
from tests.servers import serve_dashboard_process
from vision_tasks.upgrade import upgrade_to_head

TASKS = 200_000
LONG_TASKS = 300
MOST_GROWTH_BYTES = 32 * 2**20
MOST_COPIES = 6
"""Of a piece: as the driver holds it, as rows, as text, as bytes, and what is not freed yet."""
FILL = """
INSERT INTO tasks (filename, status, result)
SELECT 'street-' || number || '.jpg', 'PENDING',
       CASE WHEN number %% 4 > 0 THEN jsonb_build_object('label', 'car ' || number,
         'score', 0.5, 'boxes', jsonb_build_array(number, -number, 12, 400)) END
  FROM generate_series(1, %s) AS number"""
FILL_LONG = """
INSERT INTO tasks (filename, result)
SELECT number || '.jpg', to_jsonb(left(repeat(md5(number::text), 32768), 1048576))
  FROM generate_series(1, %s) AS number"""
COPY = """
COPY (SELECT id, status, filename, result, version, created_at, updated_at FROM tasks
       ORDER BY created_at DESC, id DESC) TO STDOUT WITH (FORMAT csv, HEADER)"""


class Desk(NamedTuple):
    """Somebody at psql, and an admin at a served desk on the same database."""

    cursor: Any
    client: httpx.Client
    pid: int | None


@pytest.fixture
def desk(durable: Databases) -> Iterator[Desk]:
    with durable.create() as settings:
        upgrade_to_head(settings)
        with (
            psql(settings) as cursor,
            serve_dashboard_process(settings) as (url, process),
            httpx.Client(base_url=url, timeout=60) as client,
        ):
            client.cookies.update(read_cookies(sign_in(create_app(settings))))
            yield Desk(cursor, client, process.pid)


@pytest.mark.timeout(600)
def test_two_hundred_thousand_tasks_are_exported_in_flat_memory(
    desk: Desk, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    desk.cursor.execute(FILL, (TASKS,))
    desk.cursor.execute("VACUUM ANALYZE tasks")
    record_property(TITLE, f"Export of {TASKS:,} tasks over HTTP, beside COPY to a file")
    copied = _copy(desk.cursor, tmp_path / "copy.csv")
    record_property(ROW, f"COPY   {copied:5.1f} s")
    for chosen in ("csv", "jsonl"):
        taken, grown = _export(desk, chosen, tmp_path / chosen)
        size = (tmp_path / chosen).stat().st_size
        record_property(
            ROW,
            f"{chosen:6} {taken:5.1f} s, {taken / copied:.1f} times COPY;"
            f" {size / 1e6:.0f} MB; memory grows by {grown / 2**20:.1f} MiB",
        )
        assert (tmp_path / chosen).read_bytes().count(b"\n") == TASKS + (chosen == "csv")
        assert grown < MOST_GROWTH_BYTES


@pytest.mark.timeout(600)
def test_the_longest_results_are_held_a_few_at_a_time(
    desk: Desk, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    desk.cursor.execute(FILL_LONG, (LONG_TASKS,))
    record_property(TITLE, f"Export of {LONG_TASKS:,} tasks with a result of 1 MiB each")
    for chosen in ("csv", "jsonl"):
        taken, grown = _export(desk, chosen, tmp_path / chosen)
        record_property(ROW, f"{chosen:6} {taken:5.1f} s; memory grows by {grown / 2**20:.1f} MiB")
        assert (tmp_path / chosen).stat().st_size > LONG_TASKS * 2**20
        assert grown < ROWS * MOST_COPIES * 2**20


def _export(desk: Desk, chosen: str, path: Path) -> tuple[float, int]:
    """Download all tasks; returns the seconds, and the bytes by which the server grew."""
    page = desk.client.get("/admin/tasks/export").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    began = time.perf_counter()
    with watch_memory(desk.pid) as memory:
        _download(desk.client, {"csrf_token": token, "format": chosen}, path)
    return time.perf_counter() - began, memory["most"] - memory["first"]


def _copy(cursor: Any, path: Path) -> float:
    began = time.perf_counter()
    with path.open("wb") as file:
        cursor.copy_expert(COPY, file)
    return time.perf_counter() - began


def _download(client: httpx.Client, form: dict[str, str], path: Path) -> None:
    with (
        client.stream("POST", "/admin/tasks/export", data=form) as answer,
        path.open("wb") as file,
    ):
        assert answer.status_code == 200
        for part in answer.iter_raw():
            file.write(part)
