"""What the indexes of the lists cost whoever writes: many tasks at once, one, and many changes."""

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import httpx
import pytest

from tests.api.problems import TASKS as PATH
from tests.benchmarks.conftest import ROW, TITLE
from tests.benchmarks.ingestion import post_lines
from tests.databases import Databases, connect, psql
from tests.keys import add_key, make_headers
from tests.servers import serve_api
from vision_tasks.config import Settings
from vision_tasks.upgrade import upgrade_to_head

ROUNDS = 3
TASKS, PATCHED, CHANGED = 200_000, 500, 50_000
PARTS = {
    "by the last change": ["ix_tasks_updated_at_id", "ix_tasks_status_updated_at_id"],
    "of results": ["ix_tasks_result", "ix_tasks_with_result"],
    "of ends in the history": ["ix_task_changes_completed", "ix_task_changes_failed"],
    "of trigrams of filenames": ["ix_tasks_filename_trgm"],
}
ALL = "as it is"
WITHOUT: dict[str, list[str]] = {
    ALL: [],
    **{f"without those {name}": indexes for name, indexes in PARTS.items()},
    "without any of these": [index for indexes in PARTS.values() for index in indexes],
}
RESULT = {"label": "car", "objects": 3, "score": 0.5, "box": [7, 12, 400, 80]}
# As a worker goes about its task, for many at once.
CHANGES = (
    "UPDATE tasks SET status = 'PROCESSING' WHERE id = ANY(%s::uuid[])",
    (
        "UPDATE tasks SET status = 'COMPLETED', result = jsonb_build_object('label', 'car',"
        " 'objects', get_byte(uuid_send(id), 0) %% 7, 'box', '[7, 12, 400, 80]'::jsonb)"
        " WHERE id = ANY(%s::uuid[])"
    ),
)


class Taken(NamedTuple):
    """Seconds for TASKS in one request and for CHANGED in two statements, ms for a PATCH."""

    bulk_seconds: float
    patch_milliseconds: float
    change_seconds: float


@pytest.fixture
def template(durable: Databases) -> Iterator[str]:
    """A database at the newest revision, with a key."""
    with durable.create() as settings:
        upgrade_to_head(settings)
        with psql(settings) as cursor:
            add_key(cursor)
        yield settings.POSTGRES_DB


@pytest.mark.timeout(3600)
def test_what_each_index_costs(
    durable: Databases, template: str, record_property: Callable[[str, object], None]
) -> None:
    taken: dict[str, list[Taken]] = {name: [] for name in WITHOUT}
    # In turns, so that a slow moment of the machine is not one candidate's alone.
    for _ in range(ROUNDS):
        for name, indexes in WITHOUT.items():
            with durable.create(template=template) as settings:
                _drop(durable, settings, indexes)
                durable.run_as_superuser("CHECKPOINT")
                taken[name].append(_write(settings))
    record_property(
        TITLE,
        f"{TASKS:,} tasks by POST /tasks/bulk, PATCH of one, UPDATE of {CHANGED:,} to their end;"
        f" fsync on, medians of {ROUNDS}, and beside `{ALL}`",
    )
    wholes = _find_medians(taken[ALL])
    for name, rounds in taken.items():
        medians = _find_medians(rounds)
        bulk, patch, change = (
            f"{one / whole:4.2f}x" for one, whole in zip(medians, wholes, strict=True)
        )
        record_property(
            ROW,
            f"{name:38} {TASKS / medians.bulk_seconds:8,.0f} tasks/s {bulk} the time"
            f"   PATCH {medians.patch_milliseconds:5.2f} ms {patch}"
            f"   UPDATE {medians.change_seconds:5.2f} s {change}",
        )


def _drop(databases: Databases, settings: Settings, indexes: list[str]) -> None:
    connection = connect(databases.superuser, settings.POSTGRES_DB)
    with connection.cursor() as cursor:
        for index in indexes:
            cursor.execute(f"DROP INDEX {index}")
    connection.close()


def _write(settings: Settings) -> Taken:
    bulk = post_lines(settings, TASKS)
    with psql(settings) as cursor:
        cursor.execute("VACUUM ANALYZE tasks")
        cursor.execute("SELECT id::text FROM tasks LIMIT %s", (PATCHED + CHANGED,))
        ids = [task_id for (task_id,) in cursor.fetchall()]
        patch = _patch(settings, ids[:PATCHED])
        return Taken(bulk, patch, _change(cursor, ids[PATCHED:]))


def _patch(settings: Settings, ids: list[str]) -> float:
    headers = {**make_headers(), "If-Match": "*"}
    times = []
    with (
        serve_api(settings) as url,
        httpx.Client(base_url=url, headers=headers, verify=False) as client,
    ):
        for body in ({"status": "PROCESSING"}, {"status": "COMPLETED", "result": RESULT}):
            for task_id in ids:
                began = time.perf_counter()
                answer = client.patch(f"{PATH}/{task_id}", json=body)
                times.append(1000 * (time.perf_counter() - began))
                assert answer.status_code == 200, answer.text
    return statistics.median(times)


def _change(cursor: Any, ids: list[str]) -> float:
    began = time.perf_counter()
    for statement in CHANGES:
        cursor.execute(statement, (ids,))
        assert cursor.rowcount == CHANGED
    return time.perf_counter() - began


def _find_medians(rounds: list[Taken]) -> Taken:
    return Taken(*(statistics.median(times) for times in zip(*rounds, strict=True)))
