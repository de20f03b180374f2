"""The upgrade of a database in use: its clients go on, and no row is lost or altered."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError

from tests.databases import psql
from tests.deployed import digest, fill, get_config
from tests.live_clients import fetch_lost, work_meanwhile
from vision_tasks.config import Settings
from vision_tasks.database import create_async_engine
from vision_tasks.migrating.errors import TableLockedError
from vision_tasks.upgrade import upgrade_to_head

ROWS = 20_000


@pytest.fixture
def deployed(empty_settings: Settings) -> Settings:
    command.upgrade(get_config(empty_settings), "7213effa643d")
    with psql(empty_settings) as cursor:
        fill(cursor, ROWS)
    return empty_settings


@contextmanager
def _reading_before_the_swap(reader: Any) -> Iterator[None]:
    """Let `reader` look at the table, in a transaction that stays open, as all is copied."""

    def read(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "VALIDATE CONSTRAINT tasks_result_copied" in statement:
            reader.execute("BEGIN")
            reader.execute("SELECT FROM tasks LIMIT 1")

    event.listen(Engine, "before_cursor_execute", read)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", read)


def test_clients_meet_no_error_and_every_row_is_kept(deployed: Settings) -> None:
    with psql(deployed) as cursor:
        before = digest(cursor)
        with work_meanwhile(deployed) as waits:
            upgrade_to_head(deployed)
        assert waits.errors == []
        assert set(waits.longest) == {"insert", "read", "update"}
        assert digest(cursor) == before
        assert before[0] == ROWS
        assert waits.written
        assert fetch_lost(cursor, waits) == []
        cursor.execute(
            "SELECT DISTINCT version FROM tasks WHERE filename LIKE 'frame-%'"
            " UNION SELECT version FROM tasks WHERE updated_at IS NULL"
        )
        assert cursor.fetchall() == [(1,)]


def test_tries_in_vain_between_which_clients_write_lose_nothing(deployed: Settings) -> None:
    impatient = deployed.model_copy(update={"MIGRATION_LOCK_SECONDS": 0.1})
    command.upgrade(get_config(deployed), "3c91f8e2d7b3")
    with psql(deployed) as reader, work_meanwhile(deployed) as waits:
        for _ in range(2):
            with pytest.raises(TableLockedError), _reading_before_the_swap(reader):
                upgrade_to_head(impatient)
            reader.execute("ROLLBACK")
        upgrade_to_head(deployed)
    with psql(deployed) as cursor:
        assert fetch_lost(cursor, waits) == []


def test_no_revision_rewrites_the_table(deployed: Settings) -> None:
    with psql(deployed) as cursor:
        cursor.execute("SELECT pg_relation_filenode('tasks')")
        before = cursor.fetchone()
        upgrade_to_head(deployed)
        cursor.execute("SELECT pg_relation_filenode('tasks')")
        assert cursor.fetchone() == before


async def test_a_client_that_prepares_is_refused_once_a_connection_and_goes_on(
    deployed: Settings,
) -> None:
    engine = create_async_engine(deployed, application="deployed")
    statement = text("SELECT id, result FROM tasks WHERE filename = 'frame-9.jpg'")

    async def read() -> Any:
        async with engine.begin() as connection:
            return (await connection.execute(statement)).one().id

    before = await read()
    assert await read() == before
    await asyncio.to_thread(upgrade_to_head, deployed)
    with pytest.raises(DBAPIError, match="cached statement plan is invalid"):
        await read()
    assert await read() == before
    await engine.dispose()
