"""Reading the history: an index gives the rows in order, whatever its size and the filter."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, Executable, event

from tests.databases import Databases, psql
from vision_tasks.change_queries import (
    read_change,
    read_change_page,
    select_change,
    select_changes,
    select_known,
    select_listed_ids,
    select_shared_birth,
)
from vision_tasks.changes import ChangeFilter, ChangePosition
from vision_tasks.database import create_sync_engine

ROWS = 60_000
START = datetime(2026, 1, 1, tzinfo=UTC)
MIDDLE = ChangePosition(START + timedelta(minutes=ROWS // 2), ROWS // 2)
BACK = ChangePosition(MIDDLE.changed_at, MIDDLE.id, backward=True)
BATCH = UUID(int=7)
LATE = START + timedelta(minutes=ROWS - 40)
# One row in a hundred is of one task, ten are of a rare actor; what is of key:ingest-3 and of the
# batch is a good part of it all, and long ago.
FILL = """
INSERT INTO task_changes (changed_at, actor, action, task_id, born_at, version, before, after,
  batch_id)
SELECT '2026-01-01'::timestamptz + n * interval '1 minute',
  CASE WHEN n % 6000 = 0 THEN 'staff:rare@example.org'
       ELSE 'key:ingest-' || CASE WHEN n < ROWS / 3 THEN 3 ELSE n % 3 END END,
  CASE WHEN n % 6000 = 0 THEN 'delete' WHEN n % 5 = 0 THEN 'export' ELSE 'change' END,
  CASE WHEN n % 5 = 0 THEN NULL
       WHEN n % 100 = 1 THEN '00000000-0000-0000-0000-000000000001'
       ELSE lpad(to_hex(n), 32, '0') END::uuid,
  '2026-01-01', 2, '{"status": "PENDING"}', '{"status": "FAILED"}',
  CASE WHEN n < ROWS / 2 AND n % 5 > 0 THEN '00000000-0000-0000-0000-000000000007' END::uuid
  FROM generate_series(1, ROWS) AS n;
INSERT INTO task_changes (changed_at, actor, action, tasks, task_ids)
SELECT '2026-01-01'::timestamptz + n * interval '1 minute', 'key:ingest-1', 'create', 2,
  ARRAY[lpad(to_hex(n), 32, '0'), lpad(to_hex(n + 1), 32, '0')]::uuid[]
  FROM generate_series(1, ROWS, 10) AS n;
"""


@pytest.fixture(scope="module")
def engine(databases: Databases, template: str) -> Iterator[Engine]:
    with databases.create(template=template) as settings, psql(settings) as cursor:
        cursor.execute(FILL.replace("ROWS", str(ROWS)))
        cursor.execute("VACUUM ANALYZE task_changes")
        engine = create_sync_engine(settings, application="test")
        yield engine
        engine.dispose()


def _explain(engine: Engine, statement: Executable) -> list[dict[str, Any]]:
    def explain(_connection, _cursor, sql, parameters, *_rest):
        return f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", parameters

    event.listen(engine, "before_cursor_execute", explain, retval=True)
    try:
        with engine.connect() as connection:
            plan = connection.execute(statement).cursor.fetchone()[0]  # type: ignore[index]
    finally:
        event.remove(engine, "before_cursor_execute", explain)
    waiting = [(plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]]
    nodes = []
    while waiting:
        nodes.append(waiting.pop())
        waiting += nodes[-1].get("Plans", [])
    return nodes


def _indexes(nodes: list[dict[str, Any]]) -> set[str]:
    return {node["Index Name"] for node in nodes if "Index Name" in node}


def _rows(node: dict[str, Any]) -> float:
    return float(node["Actual Rows"] + node.get("Rows Removed by Filter", 0))


ENTRIES = "ix_task_changes_entries"
FILTERS = {
    "all": (ChangeFilter(), ENTRIES),
    "actor": (ChangeFilter(actor="key:ingest-2"), f"{ENTRIES}_actor"),
    "actor of long ago": (ChangeFilter(actor="key:ingest-3"), f"{ENTRIES}_actor"),
    "rare actor": (ChangeFilter(actor="staff:rare@example.org"), f"{ENTRIES}_actor"),
    "no such actor": (ChangeFilter(actor="cli:root"), f"{ENTRIES}_actor"),
    "action": (ChangeFilter(action="create"), f"{ENTRIES}_action"),
    "actor and action": (
        ChangeFilter(actor="key:ingest-2", action="change"),
        f"{ENTRIES}_actor_action",
    ),
    "actor and action of long ago": (
        ChangeFilter(actor="key:ingest-3", action="export"),
        f"{ENTRIES}_actor_action",
    ),
    "actor and action that never met": (
        ChangeFilter(actor="key:ingest-1", action="delete"),
        f"{ENTRIES}_actor_action",
    ),
    "actor and action in a week": (
        ChangeFilter(
            actor="key:ingest-2",
            action="export",
            changed_from=START,
            changed_to=START + timedelta(7),
        ),
        f"{ENTRIES}_actor_action",
    ),
    "from": (ChangeFilter(changed_from=MIDDLE.changed_at), ENTRIES),
    "to": (ChangeFilter(changed_to=LATE), ENTRIES),
    "actor in a week": (
        ChangeFilter(actor="key:ingest-2", changed_from=START, changed_to=START + timedelta(7)),
        f"{ENTRIES}_actor",
    ),
    "task": (ChangeFilter(task_id=UUID(int=1)), "ix_task_changes_task_id_id"),
    "no such task": (ChangeFilter(task_id=UUID(int=2**100)), "ix_task_changes_task_id_id"),
    "batch": (ChangeFilter(batch_id=BATCH), "ix_task_changes_batch_id_id"),
}


@pytest.mark.parametrize("position", [None, MIDDLE, BACK], ids=["newest", "older", "newer"])
@pytest.mark.parametrize("name", FILTERS)
def test_a_page_reads_little_more_than_its_rows(
    engine: Engine, name: str, position: ChangePosition | None
) -> None:
    change_filter, index = FILTERS[name]
    statement = select_changes(change_filter, limit=50, position=position, characters=100)
    nodes = _explain(engine, statement)
    assert _indexes(nodes) == {index}
    assert max(map(_rows, nodes)) <= 51


def test_a_creation_among_others_is_found_by_its_moment(engine: Engine) -> None:
    for number, is_there in ((11, True), (12, True), (13, False)):
        born_at = START + timedelta(minutes=11)
        statement = select_shared_birth(UUID(int=number), born_at)
        nodes = _explain(engine, statement)
        assert _indexes(nodes) <= {ENTRIES, f"{ENTRIES}_action"}
        assert max(map(_rows, nodes)) <= 2
        with engine.connect() as connection:
            row = connection.execute(statement).one_or_none()
        assert (row is not None) == is_there


@pytest.mark.parametrize("name", ["actor", "action"])
def test_what_is_known_is_found_without_reading_it_all(engine: Engine, name: Any) -> None:
    nodes = _explain(engine, select_known(name))
    assert _indexes(nodes) == {f"{ENTRIES}_{name}"}
    assert max(map(_rows, nodes)) <= 10
    with engine.connect() as connection:
        values = list(connection.execute(select_known(name)).scalars())
    assert (
        values
        == {
            "actor": [*(f"key:ingest-{n}" for n in range(4)), "staff:rare@example.org"],
            "action": ["change", "create", "delete", "export"],
        }[name]
    )


def test_a_single_row_is_found_by_its_key(engine: Engine) -> None:
    for statement in (select_change(5), select_listed_ids(5)):
        assert _indexes(_explain(engine, statement)) == {"task_changes_pkey"}


@pytest.mark.parametrize("name", ["all", "actor", "actor and action", "batch", "task"])
def test_every_row_is_met_once_going_older_and_back(engine: Engine, name: str) -> None:
    change_filter = FILTERS[name][0]

    def read(position: ChangePosition | None) -> Any:
        statement = select_changes(change_filter, limit=40, position=position, characters=0)
        with engine.connect() as connection:
            rows = connection.execute(statement).all()
        return read_change_page(rows, limit=40, position=position)

    first = read(None)
    second = read(ChangePosition.of(first.changes[-1]))
    last = second.changes[0]
    back = read(ChangePosition(last.changed_at, last.id, backward=True))
    assert back.changes == first.changes
    assert (first.has_newer, first.has_older, back.has_newer) == (False, True, False)
    ids = [change.id for change in (*first.changes, *second.changes)]
    assert len(set(ids)) == 80


def test_a_page_of_entries_has_no_single_change_of_a_batch(engine: Engine) -> None:
    with engine.connect() as connection:
        statement = select_changes(ChangeFilter(), limit=200, position=None, characters=0)
        changes = [read_change(row) for row in connection.execute(statement)]
    assert [one for one in changes if one.batch_id and one.task_id] == []
    assert [one for one in changes if one.task_id]
