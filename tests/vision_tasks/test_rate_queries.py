"""Counting by the minute what came in and what came of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.factories import add_task
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.rate_queries import Event, select_minutes

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def count(engine: Engine, event: Event, *, limit: int | None = None) -> dict[datetime, int]:
    now = datetime.now(UTC)
    statement = select_minutes(event, NOON, now + timedelta(days=1), limit=limit)
    with engine.connect() as connection:
        return {minute: int(tasks) for minute, tasks, _ in connection.execute(statement)}


def add_change(cursor: Any, at: datetime, status: str) -> None:
    cursor.execute(
        "INSERT INTO task_changes (changed_at, actor, action, task_id, after)"
        " VALUES (%s, 'db:x', 'change', gen_random_uuid(), jsonb_build_object('status', %s::text))",
        (at, status),
    )


def test_each_task_that_came_in_is_counted_once_whatever_becomes_of_it(engine, cursor):
    for _ in range(3):
        add_task(cursor)
    cursor.execute("INSERT INTO tasks (filename) SELECT 'x' FROM generate_series(1, 40)")
    cursor.execute("UPDATE tasks SET status = 'PROCESSING', filename = 'y'")
    cursor.execute("DELETE FROM tasks WHERE id = (SELECT id FROM tasks LIMIT 1)")
    assert sum(count(engine, Event.CREATED).values()) == 43


def test_what_came_of_tasks_is_counted_by_its_moves(engine, cursor):
    add_task(cursor, status=TaskStatus.PROCESSING)
    failing = add_task(cursor, status=TaskStatus.PROCESSING)
    cursor.execute("UPDATE tasks SET status = 'FAILED' WHERE id = %s", [str(failing)])
    cursor.execute("UPDATE tasks SET status = 'COMPLETED' WHERE status = 'PROCESSING'")
    cursor.execute("UPDATE tasks SET filename = 'later.jpg', result = '1'")
    assert sum(count(engine, Event.COMPLETED).values()) == 1
    assert sum(count(engine, Event.FAILED).values()) == 1


@pytest.mark.parametrize("event", [Event.COMPLETED, Event.FAILED])
def test_moves_are_told_by_their_minute(engine, cursor, event):
    for seconds in (0, 59, 60, 200):
        add_change(cursor, NOON + timedelta(seconds=seconds), event.name)
    add_change(cursor, NOON - timedelta(microseconds=1), event.name)
    add_change(cursor, NOON, "PENDING")
    assert count(engine, event) == {NOON: 2, NOON + MINUTE: 1, NOON + 3 * MINUTE: 1}


def test_with_a_limit_the_newest_are_counted(engine, cursor):
    for seconds in (0, 1, 60, 61, 120):
        add_change(cursor, NOON + timedelta(seconds=seconds), "FAILED")
    assert count(engine, Event.FAILED, limit=4) == {
        NOON: 1,
        NOON + MINUTE: 2,
        NOON + 2 * MINUTE: 1,
    }
