"""Statements on many tasks: they go by key, whatever the size, and spare what is not as seen."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, Engine, event, select

from tests.databases import Databases, psql
from vision_tasks.bulk_queries import SeenTask, TaskLine, delete_seen, select_lines
from vision_tasks.database import create_sync_engine
from vision_tasks.models import Task

# So many that reading them all would cost more than going by key.
ROWS = 120_000
TICKED = 200


@pytest.fixture(scope="module")
def engine(databases: Databases, template: str) -> Iterator[Engine]:
    with databases.create(template=template) as settings, psql(settings) as cursor:
        cursor.execute(
            "INSERT INTO tasks (filename, created_at)"
            " SELECT n || '.jpg', now() - n * interval '1 s' FROM generate_series(1, %s) AS n",
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


def test_what_is_as_it_was_seen_goes_and_its_ids_come_back(connection, seen):
    deleted = connection.execute(delete_seen(seen)).scalars().all()
    assert set(deleted) == {task.id for task in seen}
    assert connection.execute(select_lines(deleted)).all() == []


def test_another_version_moment_or_id_spares_a_task(connection, seen):
    one, other, third, kept = seen[:4]
    altered = [
        one._replace(version=one.version + 1),
        other._replace(created_at=other.created_at + timedelta(microseconds=1)),
        third._replace(id=uuid4()),
        kept,
    ]
    assert connection.execute(delete_seen(altered)).scalars().all() == [kept.id]


def test_nothing_seen_deletes_nothing(connection):
    assert connection.execute(delete_seen([])).all() == []
    assert connection.execute(select_lines([])).all() == []


def test_lines_come_newest_first_without_what_is_gone(connection, seen):
    lines = [TaskLine(*row) for row in connection.execute(select_lines([t.id for t in seen[:9]]))]
    assert len(lines) == 9
    assert lines == sorted(lines, key=lambda line: (line.created_at, line.id), reverse=True)
    assert {line.status for line in lines} == {"PENDING"}
    assert connection.execute(select_lines([UUID(int=0)])).all() == []


@pytest.mark.parametrize("name", ["delete", "select"])
def test_the_tasks_are_found_by_their_key(engine, connection, seen, name):
    moment = datetime.now(UTC)
    statement = (
        delete_seen([task._replace(created_at=moment) for task in seen])
        if name == "delete"
        else select_lines([task.id for task in seen])
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
