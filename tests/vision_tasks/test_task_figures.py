import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.databases import psql
from tests.factories import add_task
from vision_tasks.config import Settings
from vision_tasks.database import create_async_engine
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.queries import COUNT_LIMIT
from vision_tasks.task_figures import TaskFigures, read_task_figures, select_task_figures

MANY = 3 * COUNT_LIMIT


def fetch_figures(settings: Settings) -> TaskFigures:
    async def run() -> Any:
        engine = create_async_engine(settings, application="test")
        try:
            async with engine.connect() as connection:
                return (await connection.execute(select_task_figures())).all()
        finally:
            await engine.dispose()

    return read_task_figures(asyncio.run(run()))


def add_many(cursor: Any, status: TaskStatus, tasks: int) -> None:
    cursor.execute(
        "INSERT INTO tasks (filename, status) SELECT n || '.jpg', %s"
        " FROM generate_series(1, %s) AS n",
        (status.value, tasks),
    )


def test_few_tasks_are_counted_exactly_whatever_the_statistics_say(own_settings: Settings) -> None:
    with psql(own_settings) as cursor:
        add_many(cursor, TaskStatus.PENDING, MANY)
        cursor.execute("ANALYZE tasks")
        cursor.execute("DELETE FROM tasks WHERE filename <> '7.jpg'")
        add_task(cursor, status=TaskStatus.FAILED)
        figures = fetch_figures(own_settings)
    assert figures.counts == {"PENDING": 1, "PROCESSING": 0, "COMPLETED": 0, "FAILED": 1}


def test_many_tasks_are_estimated_and_the_few_beside_them_counted(own_settings: Settings) -> None:
    with psql(own_settings) as cursor:
        add_many(cursor, TaskStatus.COMPLETED, MANY)
        add_many(cursor, TaskStatus.PENDING, 12)
        cursor.execute("VACUUM ANALYZE tasks")
        figures = fetch_figures(own_settings)
        assert figures.counts[TaskStatus.COMPLETED] == pytest.approx(MANY, rel=0.05)
        assert figures.counts[TaskStatus.PENDING] == 12
        # The table has grown since, and the estimate with it.
        add_many(cursor, TaskStatus.COMPLETED, MANY)
        figures = fetch_figures(own_settings)
    assert figures.counts[TaskStatus.COMPLETED] == pytest.approx(2 * MANY, rel=0.05)


def test_without_statistics_many_are_more_than_are_counted(own_settings: Settings) -> None:
    with psql(own_settings) as cursor:
        cursor.execute("ALTER TABLE tasks SET (autovacuum_enabled = off)")
        add_many(cursor, TaskStatus.COMPLETED, COUNT_LIMIT + 5)
        figures = fetch_figures(own_settings)
    assert figures.counts[TaskStatus.COMPLETED] == COUNT_LIMIT + 1


def test_the_age_is_that_of_the_pending_task_created_first(settings: Settings) -> None:
    with psql(settings) as cursor:
        assert fetch_figures(settings).oldest_pending_age_seconds == 0
        add_task(cursor)
        cursor.execute(
            "INSERT INTO tasks (filename, status, created_at) VALUES"
            " ('a.jpg', 'PENDING', now() - interval '2 hours'),"
            " ('b.jpg', 'FAILED', now() - interval '3 hours')"
        )
        assert 7200 <= fetch_figures(settings).oldest_pending_age_seconds < 7260


def test_a_task_from_the_future_waits_for_no_time(settings: Settings) -> None:
    with psql(settings) as cursor:
        cursor.execute(
            "INSERT INTO tasks (filename, created_at) VALUES ('a.jpg', %s)",
            (datetime(9000, 1, 1, tzinfo=UTC),),
        )
    assert fetch_figures(settings).oldest_pending_age_seconds == 0
