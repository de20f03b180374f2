"""Exports of many tasks beside `psql \\copy`: how fast, how soon they begin, what they hold."""

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

from dashboard import create_app
from tests.benchmarks.conftest import ROW, TITLE
from tests.benchmarks.memory import watch_memory
from tests.dashboard.people import read_cookies, sign_in
from tests.databases import Databases, connect
from tests.servers import serve_dashboard_process
from vision_tasks.config import Settings
from vision_tasks.embedded.programs import find_programs
from vision_tasks.upgrade import upgrade_to_head

TASKS = 1_000_000
ROUNDS = 3
LONG_TASKS = 300
FORMATS = ("csv", "jsonl")
MOST_TIMES_COPY = 2.0
MOST_GROWTH_BYTES = 64 * 2**20
READ_BYTES = 2**20
# Of what the exports do not read, keeping it up to date would take most of the time.
DROP = """
DROP INDEX ix_tasks_filename_trgm, ix_tasks_result, ix_tasks_with_result,
  ix_tasks_status_created_at_id, ix_tasks_status_updated_at_id, ix_tasks_updated_at_id;
SET session_replication_role = replica"""
FILL = """
INSERT INTO tasks (filename, status, result, created_at)
SELECT 'street-cam' || lpad((n %% 500)::text, 3, '0') || '-' || lpad(n::text, 8, '0') || '.jpg',
       CASE WHEN n %% 4 > 0 THEN 'COMPLETED' ELSE 'PENDING' END::taskstatus,
       CASE WHEN n %% 4 > 0 THEN jsonb_build_object('model', 'detector-7', 'took_ms', n %% 900,
         'objects', jsonb_build_array(jsonb_build_object('label', 'car', 'score', 0.93,
           'box', jsonb_build_array(n %% 640, -(n %% 7), 12.5, 400)))) END,
       '2026-11-01'::timestamptz - n * interval '1.000123 s'
  FROM generate_series(1, %s) AS n"""
FILL_LONG = """
INSERT INTO tasks (filename, result)
SELECT number || '.jpg', to_jsonb(left(repeat(md5(number::text), 32768), 1048576))
  FROM generate_series(1, %s) AS number"""
QUERY = """
SELECT id, status, filename, result, version, created_at, updated_at FROM tasks
 ORDER BY created_at DESC, id DESC"""


class Desk(NamedTuple):
    """A superuser at psql, and the cookies of an admin at a served desk on the same database."""

    settings: Settings
    cursor: Any
    url: str
    cookies: dict[str, str]
    pid: int | None


class Taken(NamedTuple):
    """How long an export took, from its beginning to its first byte and its last."""

    first_seconds: float
    seconds: float
    grown_bytes: int


@pytest.fixture
def desk(durable: Databases) -> Iterator[Desk]:
    with durable.create() as settings:
        upgrade_to_head(settings)
        with (
            closing(connect(durable.superuser, settings.POSTGRES_DB)) as connection,
            serve_dashboard_process(settings) as (url, process),
        ):
            cookies = read_cookies(sign_in(create_app(settings)))
            yield Desk(settings, connection.cursor(), url, cookies, process.pid)


@pytest.mark.timeout(900)
def test_a_million_tasks_are_exported_half_as_fast_as_copied_in_flat_memory(
    desk: Desk, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    desk.cursor.execute(DROP)
    desk.cursor.execute(FILL, (TASKS,))
    desk.cursor.execute("VACUUM ANALYZE tasks")
    desk.cursor.execute("CHECKPOINT")
    copied: list[float] = []
    taken: dict[str, list[Taken]] = {chosen: [] for chosen in FORMATS}
    for _ in range(ROUNDS):
        copied.append(_copy(desk.settings, tmp_path / "copy.csv"))
        for chosen in FORMATS:
            taken[chosen].append(_export(desk, chosen, tmp_path / chosen))
    beside = statistics.median(copied)
    record_property(TITLE, f"Export of {TASKS:,} tasks over HTTP, beside psql \\copy to a file")
    record_property(ROW, f"\\copy  {beside:5.1f} s, {_measure(tmp_path / 'copy.csv')}")
    for chosen, rounds in taken.items():
        seconds = statistics.median(one.seconds for one in rounds)
        first = statistics.median(one.first_seconds for one in rounds)
        grown = max(one.grown_bytes for one in rounds)
        record_property(
            ROW,
            f"{chosen:6} {seconds:5.1f} s, {seconds / beside:.2f} times \\copy, first byte after"
            f" {1000 * first:.0f} ms; {_measure(tmp_path / chosen)};"
            f" memory grows by {grown / 2**20:.1f} MiB",
        )
        assert (tmp_path / chosen).read_bytes().count(b"\n") == TASKS + (chosen == "csv")
        assert grown < MOST_GROWTH_BYTES
        assert seconds < MOST_TIMES_COPY * beside


@pytest.mark.timeout(600)
def test_the_longest_results_are_held_a_few_at_a_time(
    desk: Desk, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    desk.cursor.execute(FILL_LONG, (LONG_TASKS,))
    record_property(TITLE, f"Export of {LONG_TASKS:,} tasks with a result of 1 MiB each")
    for chosen in FORMATS:
        one = _export(desk, chosen, tmp_path / chosen)
        grown = f"{one.grown_bytes / 2**20:.1f} MiB"
        record_property(ROW, f"{chosen:6} {one.seconds:5.1f} s; memory grows by {grown}")
        size = (tmp_path / chosen).stat().st_size
        assert size > LONG_TASKS * 2**20
        assert one.grown_bytes < MOST_GROWTH_BYTES


def _copy(settings: Settings, path: Path) -> float:
    psql = str(find_programs().postgres.with_name("psql"))
    command = [psql, "-XqAt", "-c", f"\\copy ({' '.join(QUERY.split())}) TO '{path}' CSV HEADER"]
    environment = {
        **os.environ,
        "PGHOST": str(settings.POSTGRES_SERVER),
        "PGPORT": str(settings.POSTGRES_PORT),
        "PGUSER": settings.POSTGRES_USER,
        "PGPASSWORD": settings.POSTGRES_PASSWORD.get_secret_value(),
        "PGDATABASE": settings.POSTGRES_DB,
    }
    began = time.perf_counter()
    subprocess.run(command, env=environment, check=True)
    return time.perf_counter() - began


def _export(desk: Desk, chosen: str, path: Path) -> Taken:
    page = httpx.get(f"{desk.url}/admin/tasks/export", cookies=desk.cookies, verify=False).text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    form = urlencode({"csrf_token": token, "format": chosen})
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": "; ".join(f"{name}={value}" for name, value in desk.cookies.items()),
    }
    # httpx would take half of the processor that the server needs.
    with (
        closing(HTTPConnection(urlsplit(desk.url).netloc, timeout=60)) as connection,
        path.open("wb") as file,
        watch_memory(desk.pid) as memory,
    ):
        began = time.perf_counter()
        connection.request("POST", "/admin/tasks/export", form, headers)
        answer = connection.getresponse()
        assert answer.status == 200
        file.write(answer.read1(1))
        first = time.perf_counter() - began
        while part := answer.read(READ_BYTES):
            file.write(part)
        seconds = time.perf_counter() - began
    return Taken(first, seconds, memory["most"] - memory["first"])


def _measure(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:.0f} MB"
