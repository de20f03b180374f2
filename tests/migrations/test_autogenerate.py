"""`flask db migrate` on a changed model writes a revision that runs as it stands."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import COMMAND_SECONDS, ROOT
from tests.databases import psql
from tests.factories import add_task
from tests.schema import describe_schema
from tests.servers import format_environment
from vision_tasks.config import Settings

MODELS, LIFECYCLE = Path("vision_tasks/models.py"), Path("vision_tasks/lifecycle.py")
COLUMNS = """
    priority: Mapped[int] = mapped_column(server_default=text("0"))
    note: Mapped[str | None]
"""
INDEX = '        Index("ix_tasks_filename", "filename"),\n'


class Project:
    """A copy of the project, to be changed and migrated as a developer would."""

    def __init__(self, directory: Path, settings: Settings) -> None:
        self.directory = directory
        self._settings = settings
        for name in ("api", "dashboard", "migrations", "vision_tasks"):
            shutil.copytree(
                ROOT / name, directory / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        for name in ("wsgi.py", "pyproject.toml"):
            shutil.copy(ROOT / name, directory / name)

    def replace(self, file: Path, old: str, new: str) -> None:
        path = self.directory / file
        text = path.read_text()
        assert text.count(old) == 1
        path.write_text(text.replace(old, new))

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", *command],
            cwd=self.directory,
            env=format_environment(self._settings),
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )

    def alembic(self, *arguments: str) -> None:
        done = self.run("alembic", *arguments)
        assert done.returncode == 0, done.stderr

    def migrate(self) -> str:
        """Write a revision and return its text."""
        before = set(self._revisions())
        done = self.run("flask", "db", "migrate", "-m", "change the tasks")
        assert done.returncode == 0, done.stderr
        (written,) = set(self._revisions()) - before
        return written.read_text()

    def _revisions(self) -> Iterator[Path]:
        return (self.directory / "migrations" / "versions").glob("*.py")


@pytest.fixture
def project(tmp_path: Path, own_settings: Settings) -> Project:
    return Project(tmp_path, own_settings)


@pytest.fixture
def rows(own_settings: Settings) -> Settings:
    with psql(own_settings) as cursor:
        for number in range(5):
            add_task(cursor, f"{number}.jpg")
    return own_settings


def test_a_column_an_index_and_a_label_go_up_down_and_up_with_rows(
    project: Project, rows: Settings
) -> None:
    project.replace(
        MODELS, "    __table_args__ = (\n", f"{COLUMNS}\n    __table_args__ = (\n{INDEX}"
    )
    project.replace(
        LIFECYCLE, '    FAILED = "FAILED"\n', '    FAILED = "FAILED"\n    ARCHIVED = "ARCHIVED"\n'
    )
    written = project.migrate()
    assert "Locks:" in written
    with psql(rows) as cursor:
        before = describe_schema(cursor)
        project.alembic("upgrade", "head")
        upgraded = describe_schema(cursor)
        project.alembic("check")
        cursor.execute("SELECT DISTINCT priority, note, version FROM tasks")
        assert cursor.fetchall() == [(0, None, 1)]
        project.alembic("downgrade", "-1")
        assert describe_schema(cursor) == before
        project.alembic("upgrade", "head")
        again = describe_schema(cursor)
        assert {name: value for name, value in again.items() if name != "columns"} == {
            name: value for name, value in upgraded.items() if name != "columns"
        }
        cursor.execute("UPDATE tasks SET filename = 'new.jpg' RETURNING version")
        assert cursor.fetchall() == [(2,)] * 5


def test_an_index_of_a_table_with_clients_is_built_concurrently(
    project: Project,
) -> None:
    project.replace(MODELS, "    __table_args__ = (\n", f"    __table_args__ = (\n{INDEX}")
    written = project.migrate()
    assert "create_index_concurrently('ix_tasks_filename', 'tasks', ['filename']" in written
    assert "drop_index_concurrently('ix_tasks_filename'" in written


def test_a_label_that_a_row_holds_is_not_taken_away(project: Project, rows: Settings) -> None:
    project.replace(
        LIFECYCLE, '    FAILED = "FAILED"\n', '    FAILED = "FAILED"\n    ARCHIVED = "ARCHIVED"\n'
    )
    project.migrate()
    project.alembic("upgrade", "head")
    with psql(rows) as cursor:
        add_task(cursor, "old.jpg")
        cursor.execute("ALTER TABLE tasks DISABLE TRIGGER tasks_guard_moves")
        cursor.execute("UPDATE tasks SET status = 'ARCHIVED' WHERE filename = 'old.jpg'")
        before = describe_schema(cursor)
        refused = project.run("alembic", "downgrade", "-1")
        assert refused.returncode != 0
        assert 'invalid input value for enum taskstatus: "ARCHIVED"' in refused.stderr
        assert "Traceback" not in refused.stderr
        assert describe_schema(cursor) == before


def test_a_new_table_brings_its_indexes_in_one_piece(project: Project) -> None:
    path = project.directory / MODELS
    path.write_text(
        path.read_text()
        + '''

class Note(Base):
    """A word on a task."""

    __tablename__ = "notes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(index=True)
'''
    )
    written = project.migrate()
    assert "_concurrently(" not in written
    project.alembic("upgrade", "head")
    project.alembic("check")
    project.alembic("downgrade", "-1")


def test_a_model_that_says_what_is_there_gives_no_revision(project: Project) -> None:
    before = len(list((project.directory / "migrations" / "versions").glob("*.py")))
    done = project.run("flask", "db", "migrate", "-m", "nothing")
    assert (done.returncode, "No changes" in done.stderr) == (0, True)
    assert len(list((project.directory / "migrations" / "versions").glob("*.py"))) == before


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("ALTER TABLE tasks DROP CONSTRAINT tasks_moments_check", "tasks_moments_check"),
        ("DROP INDEX ix_tasks_created_at_id", "ix_tasks_created_at_id"),
        ("ALTER TABLE tasks ADD COLUMN more text", "more"),
        ("ALTER TABLE tasks ALTER filename DROP NOT NULL", "filename"),
    ],
)
def test_check_finds_what_alembic_can_see(
    own_settings: Settings, project: Project, statement: str, word: str
) -> None:
    with psql(own_settings) as cursor:
        cursor.execute(statement)
    found = project.run("alembic", "check")
    assert found.returncode != 0
    assert word in found.stderr
