"""The extension that a search needs: wherever it lives, and where nobody may bring it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from alembic import command, op
from psycopg2 import sql

from tests.databases import Databases, psql
from tests.deployed import get_config
from tests.revisions import run_revision
from vision_tasks.config import Settings
from vision_tasks.migrating.errors import ExtensionError
from vision_tasks.migrating.extensions import reaching, require_extension
from vision_tasks.schema_check import find_drift
from vision_tasks.upgrade import upgrade_to_head

BEFORE = "7c94f2ea8d31"
OWN = "task_desk"
FIND_EXTENSION = (
    "SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'pg_trgm'"
)


def _fetch_home(cursor: Any) -> str | None:
    cursor.execute(FIND_EXTENSION)
    row = cursor.fetchone()
    return row[0] if row else None


@pytest.fixture
def before(empty_settings: Settings) -> Settings:
    """A database at the revision before, without the extension."""
    command.upgrade(get_config(empty_settings), BEFORE)
    return empty_settings


@contextmanager
def _without_the_right_to_create(databases: Databases, settings: Settings) -> Iterator[None]:
    name, role = sql.Identifier(settings.POSTGRES_DB), sql.Identifier(settings.POSTGRES_USER)
    databases.run_as_superuser(
        sql.SQL("GRANT CREATE ON SCHEMA public TO {}").format(role), settings.POSTGRES_DB
    )
    databases.run_as_superuser(sql.SQL("ALTER DATABASE {} OWNER TO postgres").format(name))
    try:
        yield
    finally:
        databases.run_as_superuser(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(name, role))


@pytest.mark.parametrize("schema", [None, OWN])
def test_it_is_brought_where_everybody_in_the_database_finds_it(
    empty_settings: Settings, schema: str | None
) -> None:
    settings = empty_settings.model_copy(update={"POSTGRES_SCHEMA": schema})
    upgrade_to_head(settings)
    with psql(settings) as cursor:
        assert _fetch_home(cursor) == "public"
        cursor.execute(
            "SELECT schemaname FROM pg_indexes WHERE indexname = 'ix_tasks_filename_trgm'"
        )
        assert cursor.fetchone()[0] == (schema or "public")
    command.check(get_config(settings))
    assert find_drift(settings) == []


@pytest.mark.parametrize("schema", [None, OWN])
def test_it_may_live_in_any_schema_already(
    databases: Databases, empty_settings: Settings, schema: str | None
) -> None:
    for statement in (
        'CREATE SCHEMA "Exten""sions"',
        'CREATE EXTENSION pg_trgm SCHEMA "Exten""sions"',
        'GRANT USAGE ON SCHEMA "Exten""sions" TO PUBLIC',
    ):
        databases.run_as_superuser(statement, empty_settings.POSTGRES_DB)
    settings = empty_settings.model_copy(update={"POSTGRES_SCHEMA": schema})
    upgrade_to_head(settings)
    with psql(settings) as cursor:
        assert _fetch_home(cursor) == '"Exten""sions"'
    command.check(get_config(settings))
    assert find_drift(settings) == []


def test_where_the_role_may_not_bring_it_the_error_says_who_can_and_how(
    databases: Databases, before: Settings
) -> None:
    with _without_the_right_to_create(databases, before):
        with pytest.raises(ExtensionError, match="CREATE EXTENSION pg_trgm SCHEMA public"):
            upgrade_to_head(before)
        databases.run_as_superuser("CREATE EXTENSION pg_trgm SCHEMA public", before.POSTGRES_DB)
        upgrade_to_head(before)
    assert find_drift(before) == []


def test_a_downgrade_leaves_it_to_whoever_uses_it_by_then(before: Settings) -> None:
    upgrade_to_head(before)
    with psql(before) as cursor:
        cursor.execute("CREATE TABLE others (name text)")
        cursor.execute("CREATE INDEX ON others USING gin (name gin_trgm_ops)")
        command.downgrade(get_config(before), BEFORE)
        assert _fetch_home(cursor) == "public"
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname LIKE 'others%'")
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize("schema", [None, OWN])
def test_the_session_s_search_path_is_as_before(before: Settings, schema: str | None) -> None:
    settings = before.model_copy(update={"POSTGRES_SCHEMA": schema})
    with run_revision(settings) as connection:
        show = "SHOW search_path"
        path = connection.exec_driver_sql(show).scalar()
        require_extension("pg_trgm")
        with op.get_context().autocommit_block():
            with reaching("pg_trgm"):
                assert connection.exec_driver_sql(show).scalar() == f"{path}, public"
            assert connection.exec_driver_sql(show).scalar() == path
