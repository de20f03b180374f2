"""How many tasks a chunk should hold, beside one plain UPDATE of the same rows."""

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.benchmarks.conftest import ROW, TITLE
from tests.databases import Databases, psql
from tests.vision_tasks.batches import begin, prepare, start, work
from vision_tasks.batches import Batch, BulkAction
from vision_tasks.config import Settings
from vision_tasks.database import create_sync_engine
from vision_tasks.upgrade import upgrade_to_head

TASKS = 100_000
ROUNDS = 3
SIZES = (500, 1_000, 2_000, 5_000)
FILL = """
INSERT INTO tasks (filename, status, result, created_at)
SELECT 'night-' || number || '.jpg', 'FAILED', '{"error": "timeout"}',
       now() - number * interval '1 s' FROM generate_series(1, %s) AS number"""
RETRY = "UPDATE tasks SET status = 'PENDING' WHERE status = 'FAILED'"
RESET = "UPDATE tasks SET status = 'FAILED' WHERE status = 'PENDING'"
PLAIN, WHOLE = "UPDATE without a history", "UPDATE with it"


@pytest.fixture
def settings(durable: Databases) -> Iterator[Settings]:
    with durable.create() as settings:
        upgrade_to_head(settings)
        with psql(settings) as cursor:
            cursor.execute(FILL, (TASKS,))
            cursor.execute("VACUUM ANALYZE tasks")
        yield settings


@pytest.mark.timeout(900)
def test_the_size_of_a_chunk(
    settings: Settings, record_property: Callable[[str, object], None]
) -> None:
    record_property(
        TITLE,
        f"{TASKS:,} tasks retried, fsync on, without HTTP, median of {ROUNDS} rounds;"
        f" ratios to: {WHOLE}, {PLAIN}; a chunk: median, at most",
    )
    engine = create_sync_engine(settings, application="benchmark")
    wholes: dict[str, list[float]] = {}
    chunks: dict[str, list[float]] = {}
    with psql(settings) as cursor:
        # In turns, so that a slow moment of the machine is not one candidate's alone.
        for _ in range(ROUNDS):
            for name, order in ((PLAIN, "DISABLE"), (WHOLE, "ENABLE")):
                cursor.execute(f"ALTER TABLE tasks {order} TRIGGER tasks_record_change")
                wholes.setdefault(name, []).append(_time(lambda: cursor.execute(RETRY)))
                _reset(cursor)
            for size in SIZES:
                name = f"chunks of {size:,}"
                batch = start(engine, prepare(engine, BulkAction.RETRY, chunk_tasks=size))
                times = [_time(partial(_work, engine, batch)) for _ in range(TASKS // size)]
                wholes.setdefault(name, []).append(sum(times))
                chunks.setdefault(name, []).extend(times)
                _reset(cursor)
    engine.dispose()
    medians = {name: statistics.median(times) for name, times in wholes.items()}
    for name, taken in medians.items():
        row = f"{name:24} {taken:5.1f} s  {taken / medians[WHOLE]:5.2f}"
        row += f"  {taken / medians[PLAIN]:5.2f}"
        if name in chunks:
            median, most = statistics.median(chunks[name]), max(chunks[name])
            row += f"  {1000 * median:5.0f} ms, {1000 * most:.0f} ms"
        record_property(ROW, row)


def _work(engine: Engine, batch: Batch) -> None:
    with begin(engine, batch) as connection:
        assert work(connection, batch) is not None


def _time(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def _reset(cursor: Any) -> None:
    cursor.execute("ALTER TABLE tasks DISABLE TRIGGER USER")
    cursor.execute(RESET)
    assert cursor.rowcount == TASKS
    cursor.execute("ALTER TABLE tasks ENABLE TRIGGER USER")
    cursor.execute("VACUUM ANALYZE tasks, task_changes")
