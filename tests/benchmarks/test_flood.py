"""Ten times as many new tasks as can be stored: what the refused, the others and /livez get."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.benchmarks.conftest import ROW, TITLE
from tests.benchmarks.flood import Flood, find_slowest_post, flood
from tests.benchmarks.memory import watch_memory
from tests.benchmarks.test_posts import GRANIAN, MANY, PATH
from tests.benchmarks.wrk import post_tasks, require_wrk
from tests.databases import Databases, psql
from tests.keys import add_key
from tests.servers import find_free_port, format_environment, wait_until_answers
from vision_tasks.config import Settings
from vision_tasks.serving.connections import MAX_CONNECTIONS, allow_connections
from vision_tasks.upgrade import upgrade_to_head

TIMES = 10
SECONDS = 6
LOCKED_SECONDS = 4
LOCKED_RATE = 2_000
ROOM = 200
SLOW = """
CREATE FUNCTION be_slow() RETURNS trigger LANGUAGE plpgsql
AS 'BEGIN PERFORM pg_sleep(0.002); RETURN NEW; END';
CREATE TRIGGER slow BEFORE INSERT ON tasks FOR EACH ROW EXECUTE FUNCTION be_slow()"""


@pytest.fixture
def settings(durable: Databases) -> Iterator[Settings]:
    require_wrk()
    allow_connections()
    with durable.create() as settings:
        upgrade_to_head(settings)
        with psql(settings) as cursor:
            add_key(cursor)
        yield durable.settings_of(settings.POSTGRES_DB, MAX_WAITING_POSTS=ROOM)


@contextmanager
def serve(settings: Settings) -> Iterator[tuple[str, int]]:
    port = find_free_port()
    # What `vision-tasks serve` has granian hold.
    more = ("asgi:app", "--port", str(port), "--backpressure", str(MAX_CONNECTIONS))
    process = subprocess.Popen(
        [sys.executable, "-m", *GRANIAN, *more],
        env={**format_environment(settings), "PYTHONPATH": str(Path.cwd())},
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_answers(f"{url}/livez", process.poll)
        yield url, process.pid
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def check_that_nothing_is_lost(settings: Settings) -> Iterator[list[Flood]]:
    floods: list[Flood] = []
    with psql(settings) as cursor:
        cursor.execute("SELECT count(*) FROM tasks")
        [before] = cursor.fetchone()
        yield floods
        cursor.execute("SELECT count(*) FROM tasks")
        [after] = cursor.fetchone()
    [one] = floods
    assert set(one.answers) <= {201, 503}
    # Beside the posts that looked whether it is calm.
    assert len(one.answers[201]) < after - before
    assert one.answers[503]


@pytest.mark.timeout(120)
def test_far_more_than_can_be_stored(
    settings: Settings, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    def record(title: str, one: Flood, memory: dict[str, int]) -> None:
        record_property(TITLE, f"{title}; room for {ROOM}, fsync on, one process")
        record_property(ROW, f"{'stored':10} {one.format(201)}")
        record_property(ROW, f"{'refused':10} {one.format(503)}")
        record_property(ROW, f"{'/livez':10} {'':10}  {one.format_livez()}")
        first, most = memory["first"] >> 20, memory["most"] >> 20
        record_property(
            ROW, f"{'after':10} calm in {one.calm_seconds:.2f} s  memory {first} MiB, most {most}"
        )

    with serve(settings) as (url, pid):
        post_tasks(url + PATH, tmp_path, connections=MANY, seconds=1)
        capacity = post_tasks(url + PATH, tmp_path, connections=MANY, seconds=3).per_second
        many, quick = TIMES * MANY, find_slowest_post(url)
        with check_that_nothing_is_lost(settings) as floods, watch_memory(pid) as memory:
            floods.append(flood(url, quick=quick, seconds=SECONDS, connections=many))
        record(
            f"As fast as {many} connections are answered ({MANY}: {capacity:,.0f}/s)",
            floods[0],
            memory,
        )

        with psql(settings) as cursor:
            cursor.execute(SLOW)
        quick = find_slowest_post(url)
        capacity = post_tasks(url + PATH, tmp_path, connections=MANY, seconds=3).per_second
        with check_that_nothing_is_lost(settings) as floods, watch_memory(pid) as memory:
            floods.append(flood(url, quick=quick, seconds=SECONDS, rate=TIMES * capacity))
        record(
            f"A slow database, {TIMES} times {capacity:,.0f}/s, whatever is answered",
            floods[0],
            memory,
        )

        with psql(settings) as cursor:
            cursor.execute("DROP TRIGGER slow ON tasks")
            quick = find_slowest_post(url)
            with check_that_nothing_is_lost(settings) as floods, watch_memory(pid) as memory:
                cursor.execute("BEGIN")
                cursor.execute("LOCK TABLE tasks IN SHARE MODE")
                release = threading.Timer(LOCKED_SECONDS, cursor.execute, ["COMMIT"])
                release.start()
                floods.append(flood(url, quick=quick, seconds=LOCKED_SECONDS, rate=LOCKED_RATE))
                release.join()
        record(
            f"A database that stores nothing for {LOCKED_SECONDS} s, {LOCKED_RATE:,}/s",
            floods[0],
            memory,
        )
