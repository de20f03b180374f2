"""Both engines: any password, a name per driver, and what a failed attempt says."""

import logging
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import psycopg2
import pytest
from psycopg2 import sql
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.databases import Databases
from tests.servers import format_environment
from vision_tasks.config import Settings
from vision_tasks.database import create_async_engine, create_sync_engine
from vision_tasks.errors import DatabaseRefusedError, DatabaseUnavailableError
from vision_tasks.faults import translate_database_error
from vision_tasks.queries import insert_task_once, select_task

PASSWORD = "p@ss:w/ord%20#?&'\" é"
FORK = """
import os
from sqlalchemy import text
from vision_tasks.config import load_settings
from vision_tasks.database import create_sync_engine

engine = create_sync_engine(load_settings(), application="test")

def find_pid():
    with engine.connect() as connection:
        return connection.execute(text("SELECT pg_backend_pid()")).scalar()

mine = find_pid()
if os.fork() == 0:
    print("theirs:", "own" if find_pid() != mine else "shared", flush=True)
    os._exit(0)
os.wait()
print("mine:", "the same" if find_pid() == mine else "lost")
"""
WHO = "SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()"


@pytest.fixture
def hard_password(databases: Databases, settings: Settings) -> Iterator[Settings]:
    """Settings of a role whose password holds every character that breaks a URL."""
    role = f"role_{secrets.token_hex(6)}"
    databases.run_as_superuser(
        sql.SQL("CREATE ROLE {} LOGIN IN ROLE {} PASSWORD {}").format(
            sql.Identifier(role), sql.Identifier("vision_tasks"), sql.Literal(PASSWORD)
        )
    )
    yield databases.settings_of(
        settings.POSTGRES_DB, POSTGRES_USER=role, POSTGRES_PASSWORD=PASSWORD
    )
    databases.run_as_superuser(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


async def _ask_both(settings: Settings, question: str) -> list[Any]:
    answers = []
    async_engine = create_async_engine(settings, application="test")
    try:
        async with async_engine.connect() as connection:
            answers.append((await connection.execute(text(question))).scalar_one())
    finally:
        await async_engine.dispose()
    engine = create_sync_engine(settings, application="test")
    try:
        with engine.connect() as connection:
            answers.append(connection.execute(text(question)).scalar_one())
    finally:
        engine.dispose()
    return answers


async def test_a_connection_names_application_and_driver(settings: Settings) -> None:
    assert await _ask_both(settings, WHO) == ["test/asyncpg", "test/psycopg2"]


async def test_a_hard_password_connects_through_both_drivers(
    hard_password: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answers = await _ask_both(hard_password, "SELECT current_user")
    assert answers == [hard_password.POSTGRES_USER] * 2
    assert PASSWORD not in caplog.text


async def test_a_hard_password_survives_in_a_database_url(hard_password: Settings) -> None:
    url = hard_password.SQLALCHEMY_DATABASE_URI.set(drivername="postgres")
    settings = Settings(
        _env_file=None, DATABASE_URL=url.render_as_string(hide_password=False) + "&sslmode=prefer"
    )
    assert await _ask_both(settings, "SELECT 1") == [1, 1]


async def test_a_socket_directory_in_the_host_of_a_url_is_understood(settings: Settings) -> None:
    directory = quote(settings.POSTGRES_SERVER or "", safe="")
    password = settings.POSTGRES_PASSWORD.get_secret_value()
    url = f"postgresql://{settings.POSTGRES_USER}:{password}@{directory}/{settings.POSTGRES_DB}"
    assert await _ask_both(Settings(_env_file=None, DATABASE_URL=url), "SELECT 1") == [1, 1]


async def test_a_wrong_password_is_refused_with_the_settings_to_check(
    databases: Databases, settings: Settings
) -> None:
    await _expect_refusal(
        databases.settings_of(settings.POSTGRES_DB, POSTGRES_PASSWORD=PASSWORD), "password"
    )


async def test_a_database_that_is_not_there_is_refused(databases: Databases) -> None:
    await _expect_refusal(databases.settings_of("nowhere"), "does not exist")


async def _expect_refusal(settings: Settings, reason: str) -> None:
    engine = create_async_engine(settings, application="test")
    with pytest.raises(DatabaseRefusedError, match=reason) as refusal:
        async with engine.connect():
            pass
    assert "POSTGRES_PASSWORD" in str(refusal.value)
    assert PASSWORD not in _chain(refusal.value)
    with pytest.raises(DatabaseRefusedError, match=reason) as refusal:
        create_sync_engine(settings, application="test").connect()
    assert PASSWORD not in _chain(refusal.value)


@pytest.fixture
def closed_port() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


async def test_a_server_that_is_away_is_unavailable_for_both(
    databases: Databases, closed_port: int
) -> None:
    settings = databases.settings_of(
        "any", POSTGRES_SERVER="127.0.0.1", POSTGRES_PORT=closed_port, POSTGRES_PASSWORD=PASSWORD
    )
    async_engine = create_async_engine(settings, application="test")
    with pytest.raises(DatabaseUnavailableError) as refusal:
        async with async_engine.connect():
            pass
    assert PASSWORD not in _chain(refusal.value)
    engine = create_sync_engine(settings, application="test")
    with pytest.raises(DatabaseUnavailableError) as refusal:
        engine.connect()
    assert PASSWORD not in _chain(refusal.value)
    assert isinstance(refusal.value.__cause__, psycopg2.OperationalError)


async def test_a_read_only_server_is_not_connected_to(
    databases: Databases, own_settings: Settings
) -> None:
    databases.run_as_superuser(
        sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(
            sql.Identifier(own_settings.POSTGRES_DB)
        )
    )
    with pytest.raises(DatabaseUnavailableError):
        create_sync_engine(own_settings, application="test").connect()
    with pytest.raises(DatabaseUnavailableError):
        async with create_async_engine(own_settings, application="test").connect():
            pass


def test_a_server_that_turns_read_only_is_left_by_the_pool(settings: Settings) -> None:
    engine = create_sync_engine(
        settings.model_copy(update={"DATABASE_POOL_SIZE": 1}), application="test"
    )
    with engine.begin() as connection:
        # What a server does that is demoted while we are connected.
        connection.execute(text("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"))
    with pytest.raises(DBAPIError) as refusal, engine.begin() as connection:
        connection.execute(insert_task_once(uuid4(), "a.jpg"))
    assert isinstance(translate_database_error(refusal.value), DatabaseUnavailableError)
    with engine.begin() as connection:
        connection.execute(insert_task_once(uuid4(), "a.jpg"))
    engine.dispose()


async def test_prepared_statements_of_two_clients_never_share_a_name(settings: Settings) -> None:
    names: list[str] = []
    for _ in range(2):
        engine = create_async_engine(settings, application="test")
        async with engine.connect() as connection:
            await connection.execute(select_task(uuid4()))
            found = await connection.execute(text("SELECT name FROM pg_prepared_statements"))
            names += found.scalars()
        await engine.dispose()
    assert len(names) >= 2
    assert len(set(names)) == len(names)


def _chain(exc: BaseException | None) -> str:
    texts = []
    while exc is not None:
        texts.append(f"{exc!r} {exc}")
        exc = exc.__cause__ or exc.__context__
    return "\n".join(texts)


def test_a_forked_process_uses_no_connection_of_its_parent(settings: Settings) -> None:
    # In a program of its own, which has a single thread.
    done = subprocess.run(
        [sys.executable, "-c", FORK],
        env=format_environment(settings),
        capture_output=True,
        text=True,
        check=True,
        timeout=50,
    )
    assert done.stdout.split() == ["theirs:", "own", "mine:", "the", "same"]
