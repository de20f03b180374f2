"""Who the history says it was, and why: what the transaction says, else the role of the session."""

from typing import Any
from uuid import UUID, uuid4

import psycopg2
import pytest
from sqlalchemy import Engine, func, insert, literal, select, update
from sqlalchemy.exc import DBAPIError

from tests.databases import psql
from tests.factories import add_task, read_task
from tests.histories import read_history
from vision_tasks.attribution import Attribution, select_attribution
from vision_tasks.config import Settings
from vision_tasks.database import create_async_engine, create_sync_engine
from vision_tasks.faults import ILLEGAL_MOVE_SQLSTATE
from vision_tasks.history import insert_entry
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.models import Task

ANA = Attribution(
    "staff:ana@example.org", action="retry", reason="the disk was full", batch_id=UUID(int=7)
)


@pytest.fixture
def cursor(settings: Settings) -> Any:
    with psql(settings) as cursor:
        yield cursor


@pytest.fixture
def engine(settings: Settings) -> Any:
    engine = create_sync_engine(settings, application="test")
    yield engine
    engine.dispose()


def _read_words(cursor: Any) -> list[tuple[str, str, str | None, str | None]]:
    return [(row.actor, row.action, row.reason, row.batch_id) for row in read_history(cursor)]


def test_nobody_in_particular_is_the_role_of_the_session(cursor: Any, settings: Settings) -> None:
    add_task(cursor)
    cursor.execute("UPDATE tasks SET filename = 'b'")
    cursor.execute("DELETE FROM tasks")
    who = f"db:{settings.POSTGRES_USER}"
    assert _read_words(cursor) == [
        (who, deed, None, None) for deed in ("create", "change", "delete")
    ]


def test_a_transaction_says_who_acts_and_why(cursor: Any, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(select_attribution(ANA))
        connection.execute(insert(Task).values(filename="a"))
        connection.execute(update(Task).values(filename="b"))
        connection.execute(insert_entry("export", tasks=3, after={"format": "csv"}))
    said = (ANA.actor, "retry", ANA.reason, str(ANA.batch_id))
    assert _read_words(cursor) == [said, said, (ANA.actor, "export", None, None)]


async def test_the_async_engine_says_it_too(cursor: Any, settings: Settings) -> None:
    engine = create_async_engine(settings, application="test")
    async with engine.begin() as connection:
        await connection.execute(select_attribution(Attribution("key:ingest-1")))
        await connection.execute(insert(Task).values(filename="a"))
    await engine.dispose()
    assert _read_words(cursor) == [("key:ingest-1", "create", None, None)]


def test_what_one_transaction_said_is_not_said_of_the_next(cursor: Any, settings: Settings) -> None:
    cursor.execute("BEGIN")
    for name, value in {**ANA.settings, "vision_tasks.free_move": "on"}.items():
        cursor.execute("SELECT set_config(%s, %s, true)", (name, value))
    add_task(cursor, status=TaskStatus.COMPLETED)
    cursor.execute("COMMIT")
    cursor.execute("UPDATE tasks SET filename = 'b'")
    assert _read_words(cursor)[1] == (f"db:{settings.POSTGRES_USER}", "change", None, None)
    with pytest.raises(psycopg2.Error) as caught:
        cursor.execute("UPDATE tasks SET status = 'FAILED'")
    assert caught.value.pgcode == ILLEGAL_MOVE_SQLSTATE


def test_an_entry_without_attribution_is_the_role_of_the_session(
    cursor: Any, engine: Engine, settings: Settings
) -> None:
    with engine.begin() as connection:
        connection.execute(insert_entry("export"))
    assert _read_words(cursor) == [(f"db:{settings.POSTGRES_USER}", "export", None, None)]


def _complete(engine: Engine, attribution: Attribution) -> None:
    with engine.begin() as connection:
        connection.execute(select_attribution(attribution))
        connection.execute(update(Task).values(status=TaskStatus.COMPLETED))


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_a_move_that_is_not_legal_needs_a_reason(
    cursor: Any, engine: Engine, reason: str | None
) -> None:
    task_id = add_task(cursor)
    with pytest.raises(DBAPIError):
        _complete(engine, Attribution("cli:root", reason=reason, free_move=True))
    assert read_task(cursor, task_id)["status"] == "PENDING"


def test_a_reason_alone_frees_no_move(cursor: Any, engine: Engine) -> None:
    task_id = add_task(cursor)
    with pytest.raises(DBAPIError):
        _complete(engine, Attribution("cli:root", reason="because"))
    assert read_task(cursor, task_id)["status"] == "PENDING"


def test_a_free_move_with_a_reason_is_made_and_recorded(cursor: Any, engine: Engine) -> None:
    task_id = add_task(cursor)
    _complete(engine, Attribution("staff:ana", reason="done by hand", free_move=True))
    assert read_task(cursor, task_id)["status"] == "COMPLETED"
    row = read_history(cursor)[-1]
    assert (row.action, row.reason, row.after) == (
        "change",
        "done by hand",
        '{"status": "COMPLETED"}',
    )


def test_a_task_that_comes_back_goes_on_counting(cursor: Any, engine: Engine) -> None:
    task_id = uuid4()
    born_at = "2026-01-02T03:04:05.000006+00:00"
    with engine.begin() as connection:
        connection.execute(select_attribution(Attribution("staff:ana", action="undo")))
        values = {"id": task_id, "filename": "back.jpg", "version": 8, "created_at": born_at}
        connection.execute(insert(Task).values(values))
        connection.execute(insert(Task).values(filename="without.jpg"))
    assert read_task(cursor, task_id)["version"] == 8
    first, second = read_history(cursor)
    assert (first.action, first.task_id, first.version) == ("undo", str(task_id), 8)
    assert first.born_at.isoformat() == born_at
    assert second.version == 1


def test_many_that_come_back_are_one_row_each(cursor: Any, engine: Engine) -> None:
    numbers = func.generate_series(1, 1_500).table_valued("value").render_derived()
    many = select(literal("a"), literal(3)).select_from(numbers)
    with engine.begin() as connection:
        connection.execute(select_attribution(Attribution("staff:ana", action="undo")))
        columns = [Task.filename, Task.version]
        connection.execute(insert(Task).from_select(columns, many, include_defaults=False))
    rows = read_history(cursor)
    assert len(rows) == 1_500
    assert {(row.action, row.tasks, row.version) for row in rows} == {("undo", 1, 3)}
