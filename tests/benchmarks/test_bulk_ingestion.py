"""A million tasks as NDJSON beside PostgreSQL's COPY and two peers; what five million hold."""

import importlib.util
import statistics
import time
from collections.abc import Callable, Iterator

import pytest

from tests.benchmarks.conftest import ROW, TITLE
from tests.benchmarks.ingestion import (
    copy_records,
    defer,
    enqueue,
    make_parts,
    post_lines,
    send,
)
from tests.benchmarks.memory import watch_memory
from tests.databases import Databases, psql
from tests.keys import add_key
from tests.servers import serve_api_process
from vision_tasks.upgrade import upgrade_to_head

ROUNDS = 3
TASKS, FEWER_TASKS = 1_000_000, 100_000
MANY_TASKS, A_PART = 5_000_000, 100_000
MOST_GROWTH_BYTES = 64 * 2**20
OURS = "NDJSON to POST /tasks/bulk"
COPY = "copy_records_to_table into the same table"
AS_COPY = 0.75
WAYS = {
    OURS: (post_lines, TASKS, None, 1.0),
    COPY: (copy_records, TASKS, None, AS_COPY),
    "PgQueuer, enqueue in thousands": (enqueue, TASKS, "pgqueuer", 3.0),
    # Fewer, for it takes long; its pace stays the same.
    "Procrastinate, batch_defer in thousands": (defer, FEWER_TASKS, "procrastinate", 8.0),
}
"""What brings them in, how many, what it needs, and how many times that ours should come to."""


@pytest.fixture
def template(durable: Databases) -> Iterator[str]:
    """A database at the newest revision, with a key."""
    with durable.create() as settings:
        upgrade_to_head(settings)
        with psql(settings) as cursor:
            add_key(cursor)
            cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
            assert cursor.fetchone() == ("on", "on")
        yield settings.POSTGRES_DB


@pytest.mark.timeout(3600)
def test_a_million_tasks_come_in_nearly_as_fast_as_by_copy(
    durable: Databases, template: str, record_property: Callable[[str, object], None]
) -> None:
    measured = {
        name: way
        for name, way in WAYS.items()
        if way[2] is None or importlib.util.find_spec(way[2])
    }
    rates: dict[str, list[float]] = {name: [] for name in measured}
    # In turns, so that a slow moment of the machine is not one candidate's alone.
    for _ in range(ROUNDS):
        for name, (bring, number, _, _) in measured.items():
            with durable.create(template=template) as settings:
                durable.run_as_superuser("CHECKPOINT")
                rates[name].append(number / bring(settings, number))
    record_property(TITLE, f"{TASKS:,} tasks, fsync on, medians of {ROUNDS}")
    ratios = {}
    for name, (_, number, _, wanted) in WAYS.items():
        if name not in measured:
            record_property(ROW, f"{name:42} not measured: needs `uv sync --group benchmarks`")
            continue
        pairs = zip(rates[OURS], rates[name], strict=True)
        ratios[name] = statistics.median(ours / theirs for ours, theirs in pairs)
        record_property(
            ROW,
            f"{name:42} {statistics.median(rates[name]):8,.0f} tasks/s of {number:,};"
            f" ours/theirs {ratios[name]:5.2f}, wanted {wanted}",
        )
    assert ratios[COPY] > AS_COPY


@pytest.mark.timeout(3600)
def test_five_million_tasks_are_read_in_flat_memory(
    durable: Databases, template: str, record_property: Callable[[str, object], None]
) -> None:
    part = b"".join(make_parts(A_PART))
    times = MANY_TASKS // A_PART
    with (
        durable.create(template=template) as settings,
        serve_api_process(settings) as (url, process),
        watch_memory(process.pid) as memory,
    ):
        began = time.perf_counter()
        assert send(url, [part] * times, len(part) * times) == MANY_TASKS
        seconds = time.perf_counter() - began
    grown = memory["most"] - memory["first"]
    record_property(TITLE, f"{MANY_TASKS:,} tasks in one request, to one server process")
    record_property(
        ROW,
        f"{seconds:.0f} s, {len(part) * times / 1e6:.0f} MB; the server held"
        f" {memory['first'] / 2**20:.0f} MiB before and grew by {grown / 2**20:.1f} MiB",
    )
    assert grown < MOST_GROWTH_BYTES
