"""`version` and the timestamps, kept by PostgreSQL whoever writes."""

import io
from typing import Any

import psycopg2.errors
import pytest
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from tests.databases import psql
from tests.factories import add_task, read_task
from vision_tasks.config import Settings
from vision_tasks.database import create_sync_engine
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.models import Task


@pytest.fixture
def cursor(settings: Settings) -> Any:
    with psql(settings) as cursor:
        yield cursor


def test_a_task_is_born_at_version_one_with_equal_timestamps(cursor: Any) -> None:
    task = read_task(cursor, add_task(cursor))
    assert task["version"] == 1
    assert task["created_at"] == task["updated_at"]


def test_nobody_chooses_the_version_at_birth(cursor: Any) -> None:
    cursor.execute("INSERT INTO tasks (filename, version) VALUES ('a', 7) RETURNING version")
    assert cursor.fetchone()[0] == 1


def test_a_deployed_client_that_sends_null_timestamps_gets_them_filled(cursor: Any) -> None:
    cursor.execute(
        "INSERT INTO tasks (filename, created_at, updated_at) VALUES ('a', NULL, NULL)"
        " RETURNING created_at = updated_at"
    )
    assert cursor.fetchone()[0] is True


def test_copy_gives_every_row_its_version(cursor: Any) -> None:
    cursor.copy_expert("COPY tasks (filename) FROM STDIN", io.StringIO("a.jpg\nb.jpg\n"))
    cursor.execute("SELECT array_agg(version) FROM tasks")
    assert cursor.fetchone()[0] == [1, 1]


def test_plain_sql_raises_the_version_and_the_moment(cursor: Any) -> None:
    task_id = add_task(cursor)
    before = read_task(cursor, task_id)
    cursor.execute("UPDATE tasks SET filename = 'b.jpg' WHERE id = %s", (str(task_id),))
    after = read_task(cursor, task_id)
    assert after["version"] == 2
    assert after["updated_at"] > before["updated_at"]
    assert after["created_at"] == before["created_at"]


def test_nobody_sets_version_or_moment_from_outside(cursor: Any) -> None:
    task_id = add_task(cursor)
    before = read_task(cursor, task_id)
    cursor.execute(
        "UPDATE tasks SET version = 99, updated_at = 'epoch' WHERE id = %s", (str(task_id),)
    )
    assert read_task(cursor, task_id) == before


def test_a_write_that_changes_nothing_is_no_change(cursor: Any) -> None:
    task_id = add_task(cursor, result='{"a": [1, 2.50]}')
    before = read_task(cursor, task_id)
    cursor.execute(
        "UPDATE tasks SET filename = filename, result = '{\"a\":[1,2.50]}' WHERE id = %s",
        (str(task_id),),
    )
    assert read_task(cursor, task_id) == before


def test_a_number_written_otherwise_is_a_change(cursor: Any) -> None:
    task_id = add_task(cursor, result="1")
    cursor.execute("UPDATE tasks SET result = '1.0' WHERE id = %s", (str(task_id),))
    task = read_task(cursor, task_id)
    assert (task["result"], task["version"]) == ("1.0", 2)


@pytest.mark.parametrize(
    "moment", ["10000-01-01", "0044-03-15 BC", "infinity", "-infinity", "9999-12-31 23:30+00"]
)
def test_a_moment_that_no_client_could_read_is_refused(cursor: Any, moment: str) -> None:
    with pytest.raises(psycopg2.errors.CheckViolation):
        cursor.execute("INSERT INTO tasks (filename, created_at) VALUES ('a', %s)", (moment,))


def test_the_orm_reads_back_what_the_database_keeps(settings: Settings) -> None:
    engine = create_sync_engine(settings, application="test")
    with Session(engine) as session:
        task = Task(filename="a.jpg")
        session.add(task)
        session.commit()
        assert (task.version, task.status) == (1, TaskStatus.PENDING)
        task.filename = "b.jpg"
        session.commit()
        assert task.version == 2
        assert task.updated_at > task.created_at
    engine.dispose()


def test_the_orm_refuses_to_write_over_a_change_it_has_not_seen(settings: Settings) -> None:
    engine = create_sync_engine(settings, application="test")
    with Session(engine) as session, psql(settings) as other:
        task = Task(filename="a.jpg")
        session.add(task)
        session.commit()
        task_id = task.id
        other.execute("UPDATE tasks SET filename = 'theirs' WHERE id = %s", (str(task_id),))
        task.filename = "mine"
        with pytest.raises(StaleDataError):
            session.commit()
        session.rollback()
        assert read_task(other, task_id)["filename"] == "theirs"
    engine.dispose()
