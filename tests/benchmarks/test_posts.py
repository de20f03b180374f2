"""`POST /tasks` beside the stack that it replaces, and beside what would be possible at all."""

import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.benchmarks.conftest import ROW, TITLE
from tests.benchmarks.wrk import Load, post_tasks, require_wrk
from tests.databases import Databases, psql
from tests.keys import add_key
from tests.servers import find_free_port, format_environment, wait_until_answers
from vision_tasks.config import Settings
from vision_tasks.upgrade import upgrade_to_head

ROUNDS = 3
SECONDS = 5
MANY, ONE = 32, 1
OURS = "this server"
REPLACED = "the replaced stack"
BARE = "this server, no database"
PLAIN = "plain asyncpg INSERT"
LOOKING = "plain asyncpg INSERT after a look at the key"
GRANIAN = ("granian", "--interface", "asgi", "--no-ws", "--log-level", "error")
UVICORN = ("uvicorn", "--log-level", "warning", "--no-access-log")
APPS = "tests.benchmarks.apps"
SERVERS = {
    OURS: (*GRANIAN, "asgi:app"),
    REPLACED: (*UVICORN, f"{APPS}.replaced:app"),
    BARE: (*GRANIAN, f"{APPS}.without_database:app"),
    PLAIN: (*GRANIAN, f"{APPS}.plain_insert:app"),
    LOOKING: (*GRANIAN, f"{APPS}.plain_insert:app"),
}
PATH = "/api/v1/tasks"


@pytest.fixture
def settings(durable: Databases) -> Iterator[Settings]:
    require_wrk()
    pytest.importorskip("fastapi", reason="needs `uv sync --group benchmarks`")
    with durable.create() as settings:
        upgrade_to_head(settings)
        with psql(settings) as cursor:
            add_key(cursor)
            cursor.execute("SHOW fsync")
            assert cursor.fetchone() == ("on",)
        yield settings


@contextmanager
def serve(settings: Settings, name: str) -> Iterator[str]:
    port = find_free_port()
    environment = format_environment(settings)
    if name == LOOKING:
        environment["LOOKS_AT_KEYS"] = "1"
    command = [sys.executable, "-m", *SERVERS[name], "--port", str(port)]
    process = subprocess.Popen(command, env={**environment, "PYTHONPATH": str(Path.cwd())})
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_answers(f"{url}/livez", process.poll)
        yield url
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.timeout(900)
def test_many_connections_and_one(
    settings: Settings, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    loads: dict[tuple[str, int], list[Load]] = {}
    # In turns, so that a slow moment of the machine is not one candidate's alone.
    for _ in range(ROUNDS):
        for name in SERVERS:
            with serve(settings, name) as url:
                for connections in (MANY, ONE):
                    post_tasks(url + PATH, tmp_path, connections=connections, seconds=1)
                    load = post_tasks(
                        url + PATH, tmp_path, connections=connections, seconds=SECONDS
                    )
                    assert load.refused == 0
                    loads.setdefault((name, connections), []).append(load)
    for connections in (MANY, ONE):
        record_property(TITLE, f"POST /tasks, {connections} connections, fsync on, one process")
        ours = loads[OURS, connections]
        for name in SERVERS:
            theirs = loads[name, connections]
            rate, median, p99 = (_median(theirs, one) for one in ("per_second", "median", "p99"))
            line = f"{name:45} {rate:8,.0f}/s  median {median:6.2f} ms  p99 {p99:7.2f} ms"
            ratios = [_ratio(ours, theirs, one) for one in ("per_second", "median", "p99")]
            record_property(
                ROW, f"{line}  ours/theirs {ratios[0]:.2f} {ratios[1]:.2f} {ratios[2]:.2f}"
            )


def _median(loads: list[Load], name: str) -> float:
    return float(statistics.median(getattr(load, name) for load in loads))


def _ratio(ours: list[Load], theirs: list[Load], name: str) -> float:
    pairs = zip(ours, theirs, strict=True)
    return float(statistics.median(getattr(a, name) / getattr(b, name) for a, b in pairs))
