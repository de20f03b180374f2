"""The desk in a host's database: two histories, and neither proposes anything about the other."""

import subprocess
from pathlib import Path

import pytest
from alembic import command

from tests.commands import run_command
from tests.databases import psql
from tests.deployed import get_config
from tests.hosts.host import format_url
from tests.schema import describe_schema
from vision_tasks.config import Settings
from vision_tasks.migrating.errors import SchemaNameError, SharedDatabaseError, UnknownRevisionError
from vision_tasks.models import Task
from vision_tasks.upgrade import upgrade_to_head

HOST = ("flask", "--app", "tests.hosts.flask_sqlalchemy_host")
TABLES = """
SELECT schemaname || '.' || tablename FROM pg_tables
 WHERE schemaname IN ('public', 'task_desk', 'vision_tasks') ORDER BY schemaname DESC, tablename"""
OURS = sorted(f"task_desk.{name}" for name in ("alembic_version", *Task.metadata.tables))
THEIRS = ["public.alembic_version", "public.customers", "public.visits"]


class Company:
    """A host with Flask-Migrate, and the desk in a schema of its own in the same database."""

    def __init__(self, settings: Settings, revisions: Path) -> None:
        self.settings = settings
        self.revisions = revisions
        self.desk = settings.model_copy(update={"POSTGRES_SCHEMA": "task_desk"})

    def flask(self, *arguments: str) -> str:
        done = self.run(*HOST, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        return run_command(self.settings, *command)

    def begin(self) -> None:
        """Make the host's own history, and bring its database there."""
        self.flask("db", "init")
        self.flask("db", "migrate", "-m", "customers")
        self.flask("db", "upgrade")

    def check(self) -> None:
        """Ask both histories what they would change."""
        assert "No new upgrade operations" in self.flask("db", "check")
        command.check(get_config(self.desk))

    def list_tables(self) -> list[str]:
        with psql(self.settings) as cursor:
            cursor.execute(TABLES)
            return [row[0] for row in cursor.fetchall()]


@pytest.fixture
def company(empty_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Company:
    monkeypatch.setenv("HOST_DATABASE_URL", format_url(empty_settings))
    monkeypatch.setenv("HOST_MIGRATIONS", str(tmp_path / "revisions"))
    return Company(empty_settings, tmp_path / "revisions")


@pytest.mark.timeout(180)
def test_a_host_that_was_there_first_and_either_history_going_back_alone(company: Company) -> None:
    company.begin()
    company.flask("vision-tasks", "upgrade")
    assert company.list_tables() == OURS + THEIRS
    company.check()
    for path in company.revisions.rglob("versions/*.py"):
        assert "taskstatus" not in path.read_text()

    company.flask("db", "downgrade", "base")
    assert company.list_tables() == [*OURS, "public.alembic_version"]
    company.flask("db", "upgrade")
    command.downgrade(get_config(company.desk), "base")
    assert company.list_tables() == ["task_desk.alembic_version", *THEIRS]
    upgrade_to_head(company.desk, beside_a_host=True)
    company.check()


@pytest.mark.timeout(180)
def test_a_desk_that_was_there_first(company: Company) -> None:
    upgrade_to_head(company.desk, beside_a_host=True)
    company.begin()
    assert company.list_tables() == OURS + THEIRS
    company.check()
    (written,) = company.revisions.rglob("versions/*.py")
    assert "customers" in written.read_text()
    assert "'tasks'" not in written.read_text()


def test_a_second_upgrade_of_the_desk_changes_nothing(company: Company) -> None:
    upgrade_to_head(company.desk, beside_a_host=True)
    with psql(company.settings) as cursor:
        cursor.execute("SET search_path = task_desk")
        cursor.execute("INSERT INTO tasks (filename) VALUES ('kept.jpg')")
        upgrade_to_head(company.desk, beside_a_host=True)
        cursor.execute("SELECT filename, version FROM tasks")
        assert cursor.fetchall() == [("kept.jpg", 1)]


def test_a_table_tasks_of_the_host_s_is_left_alone(company: Company) -> None:
    with psql(company.settings) as cursor:
        cursor.execute("CREATE TABLE tasks (id serial, title text)")
        cursor.execute("CREATE TYPE taskstatus AS ENUM ('todo')")
        before = describe_schema(cursor)
        upgrade_to_head(company.desk, beside_a_host=True)
        after = describe_schema(cursor)
        assert [after[name] for name in ("columns", "types")] == [
            before[name] for name in ("columns", "types")
        ]


@pytest.mark.parametrize("is_migrated", [True, False])
def test_beside_a_host_the_schema_must_be_named(company: Company, is_migrated: bool) -> None:  # noqa: FBT001
    with psql(company.settings) as cursor:
        if is_migrated:
            cursor.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
            cursor.execute("INSERT INTO alembic_version VALUES ('0123456789ab')")
        before = describe_schema(cursor)
        with pytest.raises(SharedDatabaseError, match="POSTGRES_SCHEMA"):
            upgrade_to_head(company.settings, beside_a_host=True)
        assert describe_schema(cursor) == before


def test_a_schema_with_the_name_of_the_role_would_hide_the_host_s_tables(company: Company) -> None:
    confusing = company.settings.model_copy(update={"POSTGRES_SCHEMA": "vision_tasks"})
    with pytest.raises(SchemaNameError, match="Choose another name"):
        upgrade_to_head(confusing, beside_a_host=True)
    assert company.list_tables() == []


def test_a_database_that_is_the_desk_s_already_needs_no_schema(settings: Settings) -> None:
    upgrade_to_head(settings, beside_a_host=True)


@pytest.mark.parametrize("typed", [("flask", "db", "upgrade"), ("alembic", "upgrade", "head")])
def test_a_history_of_somebody_else_s_is_one_sentence(
    company: Company, typed: tuple[str, ...]
) -> None:
    with psql(company.settings) as cursor:
        cursor.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
        cursor.execute("INSERT INTO alembic_version VALUES ('0123456789ab')")
        before = describe_schema(cursor)
        with pytest.raises(UnknownRevisionError, match=r"0123456789ab.*POSTGRES_SCHEMA"):
            upgrade_to_head(company.settings)
        refused = company.run(*typed)
        assert refused.returncode != 0
        assert "POSTGRES_SCHEMA" in refused.stderr
        assert "Traceback" not in refused.stderr
        assert describe_schema(cursor) == before
