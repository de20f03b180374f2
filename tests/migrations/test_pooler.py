"""Migrations through a real PgBouncer: refused where it lends sessions out by the transaction."""

import asyncio
from pathlib import Path

import pytest

from tests.commands import run_command
from tests.databases import Databases, psql
from tests.pgbouncer import pool
from tests.schema import describe_schema
from vision_tasks.config import Settings
from vision_tasks.database import create_async_engine
from vision_tasks.errors import DatabaseRefusedError
from vision_tasks.migrating.errors import TransactionPoolerError
from vision_tasks.upgrade import upgrade_to_head


@pytest.fixture
def directory(run_directory: Path, tmp_path: Path) -> Path:
    """A directory that the pooler's user can read."""
    directory = run_directory / tmp_path.name
    directory.mkdir()
    directory.chmod(0o755)
    return directory


@pytest.mark.parametrize("more", ["", "server_round_robin = 1"])
@pytest.mark.parametrize("pool_size", [1, 20])
def test_a_transaction_pooler_is_refused_and_the_direct_url_named(
    databases: Databases, empty_settings: Settings, directory: Path, pool_size: int, more: str
) -> None:
    with pool(
        databases, empty_settings, directory, mode="transaction", pool_size=pool_size, more=more
    ) as pooled:
        impatient = pooled.model_copy(update={"DATABASE_POOL_WAIT_SECONDS": 2})
        with pytest.raises(TransactionPoolerError, match="MIGRATION_DATABASE_URL"):
            upgrade_to_head(impatient)
    with psql(empty_settings) as cursor:
        assert describe_schema(cursor)["columns"] == []


def test_a_transaction_pooler_in_use_is_refused_all_the_same(
    databases: Databases, empty_settings: Settings, directory: Path
) -> None:
    with pool(databases, empty_settings, directory, mode="transaction") as pooled:
        connections = []
        for _ in range(6):
            others = psql(pooled)
            others.__enter__().execute("BEGIN")
            connections.append(others)
        for others in connections:
            others.__exit__(None, None, None)
        with pytest.raises(TransactionPoolerError):
            upgrade_to_head(pooled)


def test_a_direct_url_beside_the_pooler_is_used_by_migrations(
    databases: Databases, empty_settings: Settings, directory: Path
) -> None:
    direct = empty_settings.SQLALCHEMY_DATABASE_URI_SYNC.set(drivername="postgresql")
    with pool(databases, empty_settings, directory, mode="transaction") as pooled:
        both = databases.settings_of(
            pooled.POSTGRES_DB,
            POSTGRES_SERVER=pooled.POSTGRES_SERVER,
            POSTGRES_PORT=pooled.POSTGRES_PORT,
            MIGRATION_DATABASE_URL=direct.render_as_string(hide_password=False),
        )
        done = run_command(both, "alembic", "upgrade", "head")
        assert done.returncode == 0, done.stderr
    with psql(empty_settings) as cursor:
        assert describe_schema(cursor)["triggers"] != []


@pytest.mark.parametrize("more", ["", "ignore_startup_parameters = options,search_path"])
def test_a_pooler_that_drops_the_schema_is_refused_before_anything_lands_elsewhere(
    databases: Databases, empty_settings: Settings, directory: Path, more: str
) -> None:
    with pool(databases, empty_settings, directory, mode="session", more=more) as pooled:
        astray = pooled.model_copy(update={"POSTGRES_SCHEMA": "task_desk"})
        with pytest.raises(DatabaseRefusedError, match="ALTER ROLE"):
            upgrade_to_head(astray)
        with pytest.raises(DatabaseRefusedError, match="ALTER ROLE"):
            asyncio.run(_connect(astray))
    with psql(empty_settings) as cursor:
        assert describe_schema(cursor)["columns"] == []


async def _connect(settings: Settings) -> None:
    engine = create_async_engine(settings, application="test")
    try:
        async with engine.connect():
            pass
    finally:
        await engine.dispose()


def test_a_session_pooler_is_as_good_as_none(
    databases: Databases, empty_settings: Settings, directory: Path
) -> None:
    with pool(databases, empty_settings, directory, mode="session") as pooled:
        upgrade_to_head(pooled)
    with psql(empty_settings) as cursor:
        assert describe_schema(cursor)["triggers"] != []
