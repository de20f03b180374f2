"""Every change of a task leaves a row of history, whoever makes it and however."""

import io
import json
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from tests.databases import psql
from tests.factories import add_task
from tests.histories import read_history
from vision_tasks.config import Settings
from vision_tasks.database import create_async_engine, create_sync_engine
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.models import Task
from vision_tasks.recording import LISTED_IDS


@pytest.fixture
def cursor(settings: Settings) -> Any:
    with psql(settings) as cursor:
        yield cursor


def test_a_new_task_is_recorded_with_all_it_holds(cursor: Any) -> None:
    task_id = add_task(cursor, "a.jpg", result='{"n": 1.50}')
    cursor.execute("SELECT created_at FROM tasks")
    born_at = cursor.fetchone()[0]
    (row,) = read_history(cursor)
    assert (row.task_id, row.born_at, row.version) == (str(task_id), born_at, 1)
    assert (row.action, row.tasks, row.changed_at) == ("create", 1, born_at)
    assert row.before is None
    assert json.loads(row.after) == {"status": "PENDING", "filename": "a.jpg", "result": {"n": 1.5}}
    assert "1.50" in row.after


@pytest.mark.parametrize(
    ("assignments", "before", "after"),
    [
        ("status = 'FAILED'", '{"status": "PENDING"}', '{"status": "FAILED"}'),
        ("filename = 'b'", '{"filename": "photo.jpg"}', '{"filename": "b"}'),
        ("result = NULL", '{"result": 1}', "{}"),
        ("result = 'null'", '{"result": 1}', '{"result": null}'),
        ("result = '1.0'", '{"result": 1}', '{"result": 1.0}'),
        (
            "result = '[]', filename = 'b', status = 'PROCESSING'",
            '{"result": 1, "status": "PENDING", "filename": "photo.jpg"}',
            '{"result": [], "status": "PROCESSING", "filename": "b"}',
        ),
    ],
)
def test_a_change_holds_the_changed_columns_alone(
    cursor: Any, assignments: str, before: str, after: str
) -> None:
    task_id = add_task(cursor, result="1")
    cursor.execute(f"UPDATE tasks SET {assignments}")
    row = read_history(cursor)[-1]
    assert (row.action, row.task_id, row.version) == ("change", str(task_id), 2)
    assert (row.before, row.after) == (before, after)


def test_no_value_becoming_the_json_null_is_told_from_the_other_way(cursor: Any) -> None:
    add_task(cursor)
    cursor.execute("UPDATE tasks SET result = 'null'")
    cursor.execute("UPDATE tasks SET result = NULL")
    rows = [(row.before, row.after) for row in read_history(cursor)[1:]]
    assert rows == [("{}", '{"result": null}'), ('{"result": null}', "{}")]


def test_a_write_that_changes_nothing_is_no_row(cursor: Any) -> None:
    add_task(cursor, result='{"a": 1}')
    cursor.execute("UPDATE tasks SET filename = filename, result = '{\"a\":1}', version = 9")
    cursor.execute("UPDATE tasks SET filename = 'x' WHERE false")
    assert len(read_history(cursor)) == 1


def test_a_change_of_id_and_birth_is_recorded_under_the_new_ones(cursor: Any) -> None:
    old, new = add_task(cursor), uuid4()
    cursor.execute("UPDATE tasks SET id = %s, created_at = '2026-01-01T00:00:00Z'", (str(new),))
    row = read_history(cursor)[-1]
    assert (row.task_id, row.born_at.isoformat()[:10]) == (str(new), "2026-01-01")
    assert json.loads(row.before)["id"] == str(old)
    assert json.loads(row.after)["id"] == str(new)


@pytest.mark.parametrize("result", [None, "null", "1.50"])
def test_a_deletion_keeps_the_whole_row(cursor: Any, result: str | None) -> None:
    task_id = add_task(cursor, "gone.jpg", result=result)
    cursor.execute("UPDATE tasks SET status = 'FAILED'")
    cursor.execute("DELETE FROM tasks RETURNING created_at, updated_at")
    born_at, updated_at = cursor.fetchone()
    row = read_history(cursor)[-1]
    assert (row.action, row.task_id, row.born_at) == ("delete", str(task_id), born_at)
    assert (row.version, row.after) == (2, None)
    before = json.loads(row.before)
    assert (before["status"], before["filename"]) == ("FAILED", "gone.jpg")
    assert datetime.fromisoformat(before["updated_at"]) == updated_at
    assert ("result" in before) == (result is not None)
    assert result is None or f'"result": {result}' in row.before


def test_an_update_of_many_is_one_row_each(cursor: Any) -> None:
    ids = {str(add_task(cursor)) for _ in range(5)}
    cursor.execute("UPDATE tasks SET filename = 'same'")
    cursor.execute("DELETE FROM tasks")
    rows = read_history(cursor)[5:]
    assert [row.action for row in rows] == ["change"] * 5 + ["delete"] * 5
    assert {row.task_id for row in rows[:5]} == {row.task_id for row in rows[5:]} == ids


@pytest.mark.parametrize("count", [2, LISTED_IDS, LISTED_IDS + 1])
def test_tasks_that_come_together_are_one_row_at_their_birth(cursor: Any, count: int) -> None:
    cursor.execute(
        "INSERT INTO tasks (filename) SELECT n FROM generate_series(1, %s) AS n", (count,)
    )
    cursor.execute("SELECT array_agg(id::text), min(created_at), max(created_at) FROM tasks")
    ids, *births = cursor.fetchone()
    (row,) = read_history(cursor)
    assert (row.action, row.tasks, row.task_id, row.after) == ("create", count, None, None)
    assert births == [row.changed_at] * 2
    if count <= LISTED_IDS:
        assert set(row.task_ids) == set(ids)
    else:
        assert row.task_ids is None


def test_tasks_that_bring_their_own_birth_are_one_row_each(cursor: Any) -> None:
    cursor.execute(
        "INSERT INTO tasks (filename, created_at) VALUES ('a', '2020-01-01'), ('b', now())"
    )
    rows = read_history(cursor)
    assert [row.tasks for row in rows] == [1, 1]
    assert min(row.born_at for row in rows).year == 2020


def test_copy_is_recorded(cursor: Any) -> None:
    cursor.copy_expert("COPY tasks (filename) FROM STDIN", io.StringIO("a.jpg\nb.jpg\n"))
    (row,) = read_history(cursor)
    assert (row.action, row.tasks, len(row.task_ids)) == ("create", 2, 2)


def test_an_insert_that_meets_what_is_there_is_no_row(cursor: Any) -> None:
    task_id = str(add_task(cursor))
    insertion = "INSERT INTO tasks (id, filename) VALUES (%s, 'b') ON CONFLICT (id) DO "
    cursor.execute(f"{insertion} NOTHING", (task_id,))
    assert len(read_history(cursor)) == 1
    cursor.execute(f"{insertion} UPDATE SET filename = 'b'", (task_id,))
    assert [row.action for row in read_history(cursor)] == ["create", "change"]


def test_a_merge_is_recorded_for_what_it_does(cursor: Any) -> None:
    task_id = add_task(cursor)
    cursor.execute(
        "MERGE INTO tasks USING (VALUES (%s::uuid), (gen_random_uuid())) AS given (id)"
        " ON tasks.id = given.id WHEN MATCHED THEN UPDATE SET filename = 'merged'"
        " WHEN NOT MATCHED THEN INSERT (id, filename) VALUES (given.id, 'new')",
        (str(task_id),),
    )
    assert sorted(row.action for row in read_history(cursor)) == ["change", "create", "create"]


def test_what_is_rolled_back_never_was(cursor: Any) -> None:
    add_task(cursor)
    cursor.execute("BEGIN")
    cursor.execute("UPDATE tasks SET filename = 'b'")
    add_task(cursor)
    assert len(read_history(cursor)) == 3
    cursor.execute("ROLLBACK")
    assert len(read_history(cursor)) == 1


def test_the_orm_and_the_core_are_recorded(settings: Settings, cursor: Any) -> None:
    engine = create_sync_engine(settings, application="test")
    with Session(engine) as session:
        task = Task(filename="a.jpg")
        session.add(task)
        session.commit()
        task.status = TaskStatus.PROCESSING
        session.commit()
        session.delete(task)
        session.commit()
    with engine.begin() as connection:
        connection.execute(insert(Task).values(filename="b.jpg"))
        connection.execute(update(Task).values(result=[1]))
        connection.execute(delete(Task))
    engine.dispose()
    assert [row.action for row in read_history(cursor)] == ["create", "change", "delete"] * 2


async def test_the_async_engine_is_recorded(settings: Settings, cursor: Any) -> None:
    engine = create_async_engine(settings, application="test")
    async with engine.begin() as connection:
        await connection.execute(insert(Task).values([{"filename": "a"}, {"filename": "b"}]))
        await connection.execute(update(Task).values(status=TaskStatus.FAILED))
        await connection.execute(delete(Task))
    await engine.dispose()
    rows = read_history(cursor)
    assert [row.action for row in rows] == ["create", "change", "change", "delete", "delete"]
