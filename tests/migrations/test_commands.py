"""`flask db …` and `alembic …` run the same environment."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from psycopg2 import sql

from tests.commands import COMMAND_SECONDS, ROOT, run_command
from tests.databases import Databases, psql
from tests.schema import describe_schema
from tests.servers import format_environment
from vision_tasks.config import Settings

PASSWORD = "p@ss:w/ord%20#?&'\" é"
UPGRADES = [("alembic", "upgrade", "head"), ("flask", "db", "upgrade")]


@pytest.fixture
def hard_password(databases: Databases, empty_settings: Settings) -> Iterator[Settings]:
    role = f"{empty_settings.POSTGRES_DB}_role"
    name = sql.Identifier(role)
    databases.run_as_superuser(
        sql.SQL("CREATE ROLE {} LOGIN IN ROLE {} PASSWORD {}").format(
            name, sql.Identifier("vision_tasks"), sql.Literal(PASSWORD)
        )
    )
    yield databases.settings_of(
        empty_settings.POSTGRES_DB, POSTGRES_USER=role, POSTGRES_PASSWORD=PASSWORD
    )
    databases.run_as_superuser(
        sql.SQL("REASSIGN OWNED BY {} TO {}").format(name, sql.Identifier("vision_tasks")),
        empty_settings.POSTGRES_DB,
    )
    databases.run_as_superuser(sql.SQL("DROP ROLE {}").format(name))


def _describe(settings: Settings) -> dict[str, list[Any]]:
    with psql(settings) as cursor:
        return describe_schema(cursor)


@pytest.mark.parametrize("command", UPGRADES, ids=" ".join)
def test_either_command_gives_the_schema_of_the_in_process_upgrade_with_any_password(
    hard_password: Settings, settings: Settings, command: tuple[str, ...]
) -> None:
    done = run_command(hard_password, *command)
    assert done.returncode == 0, done.stderr
    assert PASSWORD not in done.stdout + done.stderr
    assert _describe(hard_password) == _describe(settings)


@pytest.mark.parametrize("command", UPGRADES, ids=" ".join)
def test_a_server_that_is_away_is_one_clear_line(
    databases: Databases, command: tuple[str, ...]
) -> None:
    settings = databases.settings_of(
        "any", POSTGRES_SERVER="127.0.0.1", POSTGRES_PORT=1, POSTGRES_PASSWORD=PASSWORD
    )
    done = run_command(settings, *command)
    output = done.stdout + done.stderr
    assert done.returncode != 0
    assert "cannot be reached" in output
    assert "127.0.0.1:1" in output
    assert "Traceback" not in output
    assert PASSWORD not in output


@pytest.mark.parametrize("command", [("alembic", "check"), ("flask", "db", "check")], ids=" ".join)
def test_models_and_schema_agree_and_a_stranger_s_table_is_none_of_ours(
    own_settings: Settings, command: tuple[str, ...]
) -> None:
    with psql(own_settings) as cursor:
        cursor.execute("CREATE TABLE of_a_host (id integer PRIMARY KEY)")
    done = run_command(own_settings, *command)
    assert done.returncode == 0, done.stdout + done.stderr


def test_alembic_needs_no_flask(empty_settings: Settings) -> None:
    program = (
        "import sys; sys.modules.update(flask=None, flask_migrate=None, quart=None);"
        "from alembic.config import main; main(['upgrade', 'head'])"
    )
    subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=format_environment(empty_settings),
        check=True,
        timeout=COMMAND_SECONDS,
    )
    assert _describe(empty_settings)["columns"]
