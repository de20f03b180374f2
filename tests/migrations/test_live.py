"""The upgrade of a database in use: its clients go on, and no row is lost or altered."""

import asyncio
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.databases import psql
from tests.deployed import digest, fill, get_config
from tests.live_clients import work_meanwhile
from vision_tasks.config import Settings
from vision_tasks.database import create_async_engine
from vision_tasks.upgrade import upgrade_to_head

ROWS = 20_000


@pytest.fixture
def deployed(empty_settings: Settings) -> Settings:
    command.upgrade(get_config(empty_settings), "7213effa643d")
    with psql(empty_settings) as cursor:
        fill(cursor, ROWS)
    return empty_settings


def test_clients_meet_no_error_and_every_row_is_kept(deployed: Settings) -> None:
    with psql(deployed) as cursor:
        before = digest(cursor)
        with work_meanwhile(deployed) as waits:
            upgrade_to_head(deployed)
        assert waits.errors == []
        assert set(waits.longest) == {"insert", "read", "update"}
        assert digest(cursor) == before
        assert before[0] == ROWS
        cursor.execute(
            "SELECT DISTINCT version FROM tasks WHERE filename LIKE 'frame-%'"
            " UNION SELECT version FROM tasks WHERE updated_at IS NULL"
        )
        assert cursor.fetchall() == [(1,)]


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
