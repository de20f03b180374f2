"""The shared statements, through both drivers."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Executable
from sqlalchemy.exc import DBAPIError

from tests.databases import psql
from tests.factories import add_task, read_task
from vision_tasks.config import Settings
from vision_tasks.database import create_async_engine, create_sync_engine
from vision_tasks.faults import ILLEGAL_MOVE_SQLSTATE, get_sqlstate
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.queries import (
    COUNT_LIMIT,
    delete_task,
    insert_task_once,
    read_page,
    select_oldest_waiting,
    select_status_counts,
    select_task,
    select_tasks,
    update_task,
)
from vision_tasks.records import Position, TaskChanges, TaskFilter, TaskRecord

Execute = Callable[[Executable], list[Any]]
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(params=["psycopg2", "asyncpg"])
def execute(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Execute]:
    """Execute one statement in a transaction of its own and return its rows."""
    if request.param == "psycopg2":
        engine = create_sync_engine(settings, application="test")

        def run(statement: Executable) -> list[Any]:
            with engine.begin() as connection:
                return list(connection.execute(statement).all())

        yield run
        engine.dispose()
        return

    async def run_once(statement: Executable) -> list[Any]:
        async_engine = create_async_engine(settings, application="test")
        try:
            async with async_engine.begin() as connection:
                return list((await connection.execute(statement)).all())
        finally:
            await async_engine.dispose()

    yield lambda statement: asyncio.run(run_once(statement))


def _one(rows: list[Any]) -> TaskRecord:
    assert len(rows) == 1
    return TaskRecord(*rows[0])


def test_a_task_goes_in_and_comes_back(execute: Execute) -> None:
    task = _one(execute(insert_task_once(uuid4(), "é 雪.jpg")))
    assert (task.status, task.filename, task.result, task.version) == (
        TaskStatus.PENDING, "é 雪.jpg", None, 1,
    )  # fmt: skip
    assert task.created_at.utcoffset() == timedelta(0)
    assert _one(execute(select_task(task.id))) == task


def test_an_id_is_taken_once(execute: Execute) -> None:
    task_id = uuid4()
    assert _one(execute(insert_task_once(task_id, "a.jpg"))).id == task_id
    assert execute(insert_task_once(task_id, "b.jpg")) == []
    assert _one(execute(select_task(task_id))).filename == "a.jpg"


def test_a_change_needs_the_version_it_was_made_from(execute: Execute) -> None:
    task = _one(execute(insert_task_once(uuid4(), "a.jpg")))
    assert execute(update_task(task.id, [7, 8], {"filename": "b.jpg"})) == []
    changed = _one(execute(update_task(task.id, [7, 1], {"filename": "b.jpg"})))
    assert (changed.filename, changed.version) == ("b.jpg", 2)
    assert _one(execute(update_task(task.id, None, {"filename": "c.jpg"}))).version == 3


@pytest.mark.parametrize("result", [None, "null", "0", '"é 雪"', '{"a": 0.10, "b": [1e2]}'])
def test_a_result_is_text_on_the_way_in_and_out(execute: Execute, result: str | None) -> None:
    task = _one(execute(insert_task_once(uuid4(), "a.jpg")))
    changed = _one(execute(update_task(task.id, None, {"result": result})))
    expected = '{"a": 0.10, "b": [100]}' if result and "1e2" in result else result
    assert changed.result == expected


def test_a_patch_of_the_result_is_merged(execute: Execute) -> None:
    task = _one(execute(insert_task_once(uuid4(), "a.jpg")))
    execute(update_task(task.id, None, {"result": '{"a": 1, "b": 2}'}))
    patched = _one(execute(update_task(task.id, [2], {"result_patch": '{"b": null, "c": 3}'})))
    assert patched.result == '{"a": 1, "c": 3}'


def test_an_illegal_move_is_refused_by_its_own_code(execute: Execute) -> None:
    task = _one(execute(insert_task_once(uuid4(), "a.jpg")))
    with pytest.raises(DBAPIError) as refusal:
        execute(update_task(task.id, None, {"status": TaskStatus.COMPLETED}))
    assert get_sqlstate(refusal.value) == ILLEGAL_MOVE_SQLSTATE


def test_a_deletion_needs_the_version_too(execute: Execute) -> None:
    task = _one(execute(insert_task_once(uuid4(), "a.jpg")))
    assert execute(delete_task(task.id, [2])) == []
    assert [row[0] for row in execute(delete_task(task.id, [1]))] == [task.id]
    assert execute(select_task(task.id)) == []


def test_the_same_id_born_again_is_another_task(execute: Execute) -> None:
    task = _one(execute(insert_task_once(uuid4(), "a.jpg")))
    execute(delete_task(task.id, [1]))
    again = _one(execute(insert_task_once(task.id, "a.jpg")))
    change, first, second = TaskChanges(filename="b.jpg"), task.created_at, again.created_at
    assert execute(update_task(task.id, [1], change, born_at=first)) == []
    assert _one(execute(update_task(task.id, [1], change, born_at=second))).version == 2
    assert execute(delete_task(task.id, [2], born_at=first)) == []
    assert len(execute(delete_task(task.id, None, born_at=second))) == 1


def test_a_long_result_is_laid_out_for_people_and_a_short_one_is_not(execute: Execute) -> None:
    task = _one(execute(insert_task_once(uuid4(), "a.jpg")))
    execute(update_task(task.id, None, {"result": "[1, 2]"}))
    assert _one(execute(select_task(task.id, pretty=True))).result == "[1, 2]"
    execute(update_task(task.id, None, {"result": "[" + ", ".join(["1.50"] * 40) + "]"}))
    assert (_one(execute(select_task(task.id, pretty=True))).result or "").startswith(
        "[\n    1.50,\n"
    )


def test_a_very_long_result_is_not_laid_out_and_can_be_cut(execute: Execute) -> None:
    task = _one(execute(insert_task_once(uuid4(), "a.jpg")))
    text = "[" + ", ".join(["1.5"] * 13_107) + "]"
    assert len(text) == 65_535
    execute(update_task(task.id, None, {"result": text}))
    assert "\n" in (_one(execute(select_task(task.id, pretty=True))).result or "")
    cut = _one(execute(select_task(task.id, pretty=True, characters=100))).result or ""
    assert cut.startswith("[\n    1.5,")
    assert len(cut) == 100
    longer = text.replace("]", ", 1]")
    execute(update_task(task.id, None, {"result": longer}))
    assert _one(execute(select_task(task.id, pretty=True))).result == longer
    assert _one(execute(select_task(task.id, characters=9))).result == "[1.5, 1.5"


def _add_many(settings: Settings, count: int) -> list[UUID]:
    """Add tasks, three to a moment so that the id must decide; returns their ids newest first."""
    with psql(settings) as cursor:
        cursor.execute(
            "INSERT INTO tasks (filename, status, created_at)"
            " SELECT n || '_100%%.jpg', (enum_range(NULL::taskstatus))[n %% 4 + 1],"
            " %s::timestamptz + (n / 3) * interval '1 hour' FROM generate_series(1, %s) AS n",
            (START, count),
        )
        cursor.execute("SELECT id FROM tasks ORDER BY created_at DESC, id DESC")
        return [UUID(str(row[0])) for row in cursor.fetchall()]


def test_pages_forward_and_back_show_each_task_once(execute: Execute, settings: Settings) -> None:
    ids = _add_many(settings, 25)
    seen: list[UUID] = []
    position: Position | None = None
    while True:
        rows = execute(select_tasks(TaskFilter(), limit=10, position=position))
        page = read_page(rows, limit=10, position=position)
        seen += [task.id for task in page.tasks]
        if not page.has_older:
            break
        position = Position(page.tasks[-1].created_at, page.tasks[-1].id)
    assert seen == ids
    back = Position(page.tasks[0].created_at, page.tasks[0].id, backward=True)
    rows = execute(select_tasks(TaskFilter(), limit=10, position=back))
    page = read_page(rows, limit=10, position=back)
    assert [task.id for task in page.tasks] == ids[10:20]
    assert (page.has_newer, page.has_older) == (True, True)


@pytest.mark.parametrize(
    ("task_filter", "expected"),
    [
        (TaskFilter(), 24),
        (TaskFilter(status=TaskStatus.FAILED), 6),
        (TaskFilter(filename="_100%"), 24),
        (TaskFilter(filename="4_100%.JPG"), 3),
        (TaskFilter(filename="%_%"), 0),
        (TaskFilter(filename="\\"), 0),
        (TaskFilter(created_from=START + timedelta(hours=8)), 1),
        (TaskFilter(created_to=START + timedelta(hours=1)), 2),
        (TaskFilter(task_id=uuid4()), 0),
    ],
)
def test_filters_narrow_the_list(
    execute: Execute, settings: Settings, task_filter: TaskFilter, expected: int
) -> None:
    _add_many(settings, 24)
    assert len(execute(select_tasks(task_filter, limit=200, position=None))) == expected


def test_every_status_is_counted_even_when_empty(execute: Execute, settings: Settings) -> None:
    _add_many(settings, 6)
    counts = {row.status: row.count for row in execute(select_status_counts())}
    assert counts == {"PENDING": 1, "PROCESSING": 2, "COMPLETED": 2, "FAILED": 1}


def test_a_count_stops_where_it_says(execute: Execute, settings: Settings) -> None:
    with psql(settings) as cursor:
        cursor.execute(
            "INSERT INTO tasks (filename) SELECT 'a' FROM generate_series(1, %s)",
            (COUNT_LIMIT + 50,),
        )
    counts = {row.status: row.count for row in execute(select_status_counts())}
    assert counts["PENDING"] == COUNT_LIMIT + 1


def test_the_oldest_waiting_task_is_the_pending_one(execute: Execute, settings: Settings) -> None:
    assert execute(select_oldest_waiting()) == []
    with psql(settings) as cursor:
        add_task(cursor, "done.jpg", status=TaskStatus.COMPLETED)
        waiting = add_task(cursor, "waits.jpg")
        add_task(cursor, "waits-less.jpg")
        assert read_task(cursor, waiting)["status"] == "PENDING"
    assert [tuple(row)[:2] for row in execute(select_oldest_waiting())] == [(waiting, "waits.jpg")]
