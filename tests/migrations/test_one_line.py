"""What stops a command is told in one sentence: no traceback, no password, what to do."""

from collections.abc import Iterator

import pytest
from psycopg2 import sql

from tests.commands import run_command
from tests.databases import Databases
from vision_tasks.config import Settings

PASSWORD = "s3cret-word"
COMMANDS = [
    ("alembic", "upgrade", "head"),
    ("flask", "db", "upgrade"),
    ("flask", "vision-tasks", "upgrade"),
    ("vision_tasks.cli", "check-schema"),
]


@pytest.fixture
def stranger(databases: Databases, empty_settings: Settings) -> Iterator[Settings]:
    """A role that may connect to an empty database, and no more."""
    role = f"{empty_settings.POSTGRES_DB}_stranger"
    name = sql.Identifier(role)
    databases.run_as_superuser(
        sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(PASSWORD))
    )
    yield databases.settings_of(
        empty_settings.POSTGRES_DB,
        POSTGRES_USER=role,
        POSTGRES_PASSWORD=PASSWORD,
        POSTGRES_SCHEMA="public",
    )
    databases.run_as_superuser(sql.SQL("DROP ROLE {}").format(name))


def _refuse(settings: Settings, command: tuple[str, ...]) -> str:
    done = run_command(settings, *command)
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "Traceback" not in said
    assert PASSWORD not in said
    # Alembic's own lines begin in this way; what it raises it both logs and prints.
    lines = [line for line in said.splitlines() if not line.startswith("INFO ")]
    assert len({line.split(" ", 1)[1].removeprefix("Error: ") for line in lines}) == 1, said
    return lines[0]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    ("url", "word"),
    [
        (f"mysql://user:{PASSWORD}@host/name", "DATABASE_URL"),
        (f"postgresql://user:{PASSWORD}@127.0.0.1:1/name", "127.0.0.1:1"),
    ],
)
def test_a_broken_url(databases: Databases, command: tuple[str, ...], url: str, word: str) -> None:
    settings = databases.settings_of("any", POSTGRES_SCHEMA="public")
    broken = settings.model_copy(update={"DATABASE_URL": url})
    broken.model_fields_set.add("DATABASE_URL")
    assert word in _refuse(broken, command)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_database_that_does_not_exist(databases: Databases, command: tuple[str, ...]) -> None:
    settings = databases.settings_of("nowhere", POSTGRES_SCHEMA="public")
    said = _refuse(settings, command)
    assert "the database does not exist" in said
    assert "nowhere" in said


@pytest.mark.parametrize("command", COMMANDS[:3], ids=" ".join)
def test_a_role_that_may_not_create(stranger: Settings, command: tuple[str, ...]) -> None:
    said = _refuse(stranger, command)
    assert "permission denied for schema public" in said
    assert "MIGRATION_DATABASE_URL" in said
