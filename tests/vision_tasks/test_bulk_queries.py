"""Which tasks an action on many is about: found by key or filter, and told as they were found."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, Engine, event, select

from tests.databases import Databases, psql
from vision_tasks.batches import BulkAction
from vision_tasks.bulk_queries import (
    SeenTask,
    TaskLine,
    select_lines,
    select_matching,
    select_seen,
)
from vision_tasks.database import create_sync_engine
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.models import Task
from vision_tasks.records import TaskFilter

# So many that reading them all would cost more than going by key.
ROWS = 120_000
TICKED = 200


@pytest.fixture(scope="module")
def engine(databases: Databases, template: str) -> Iterator[Engine]:
    with databases.create(template=template) as settings, psql(settings) as cursor:
        cursor.execute(
            "INSERT INTO tasks (filename, status, result, created_at, updated_at)"
            " SELECT n || '.jpg', (enum_range(NULL::taskstatus))[n %% 4 + 1],"
            " CASE n %% 3 WHEN 0 THEN '1.0'::jsonb WHEN 1 THEN 'null' END,"
            " now() - n * interval '1 s', now() - n * interval '1 s'"
            " FROM generate_series(1, %s) AS n",
            (ROWS,),
        )
        cursor.execute("VACUUM ANALYZE tasks")
        engine = create_sync_engine(settings, application="test")
        yield engine
        engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A connection whose changes are rolled back."""
    with engine.connect() as connection:
        yield connection


@pytest.fixture
def seen(connection: Connection) -> list[SeenTask]:
    rows = connection.execute(select(Task.id, Task.version, Task.created_at).limit(TICKED))
    return [SeenTask(*row) for row in rows]


def test_lines_come_newest_first_without_what_is_gone(connection, seen):
    lines = [TaskLine(*row) for row in connection.execute(select_lines([t.id for t in seen[:9]]))]
    assert len(lines) == 9
    assert lines == sorted(lines, key=lambda line: (line.created_at, line.id), reverse=True)
    assert {line.status for line in lines} <= set(TaskStatus)
    assert connection.execute(select_lines([UUID(int=0)])).all() == []


@pytest.mark.parametrize("action", [one for one in BulkAction if one.move])
def test_a_move_is_planned_for_the_one_status_it_leads_out_of(connection, action):
    rows = connection.execute(select_matching(TaskFilter(), action, None, limit=100)).all()
    assert {row.status for row in rows if row.is_planned} == {action.move.source.value}
    assert {row.status for row in rows if not row.is_planned} == {
        status.value for status in TaskStatus if status != action.move.source
    }


@pytest.mark.parametrize(
    ("result", "planned"),
    [("1.0", {"null", None}), ("1", {"1.0", "null", None}), ("null", {"1.0", None}), (None, None)],
)
def test_a_result_is_planned_where_another_is_held_to_the_last_digit(connection, result, planned):
    statement = select_matching(TaskFilter(), BulkAction.SET_RESULT, result, limit=100)
    rows = connection.execute(statement).all()
    held = connection.execute(
        select(Task.id, Task.result.op("#>>")("{}"), Task.result.is_(None)).where(
            Task.id.in_([row.id for row in rows])
        )
    )
    texts = {one: None if is_none else text or "null" for one, text, is_none in held}
    found = {texts[row.id] for row in rows if row.is_planned}
    assert found == ({"1.0", "null"} if planned is None else planned)


def test_a_task_that_is_not_as_it_was_seen_has_no_status(connection, seen):
    one, other, third, kept = seen[:4]
    altered = [
        one._replace(version=one.version + 1),
        other._replace(created_at=other.created_at + timedelta(microseconds=1)),
        third._replace(id=uuid4()),
        kept,
    ]
    rows = connection.execute(select_seen(altered, BulkAction.DELETE, None)).all()
    assert {row.id for row in rows} == {task.id for task in altered}
    assert [row.id for row in rows if row.status is not None] == [kept.id]
    assert connection.execute(select_seen([], BulkAction.DELETE, None)).all() == []


@pytest.mark.parametrize("name", ["lines", "seen"])
def test_the_tasks_are_found_by_their_key(engine, connection, seen, name):
    statement: Any = (
        select_lines([task.id for task in seen])
        if name == "lines"
        else select_seen(seen, BulkAction.RETRY, None)
    )

    def explain(_connection, _cursor, text, parameters, *_rest):
        return f"EXPLAIN {text}", parameters

    event.listen(engine, "before_cursor_execute", explain, retval=True)
    try:
        plan = str(connection.execute(statement).cursor.fetchall())
    finally:
        event.remove(engine, "before_cursor_execute", explain)
    assert "tasks_pkey" in plan
    assert "Seq Scan" not in plan
