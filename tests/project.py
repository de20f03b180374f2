"""A copy of the project with changed models, for what a developer does with it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests import warm
from tests.commands import COMMAND_SECONDS, ROOT
from tests.servers import format_environment
from vision_tasks.config import Settings
from vision_tasks.embedded.programs import find_programs

MODELS, LIFECYCLE = Path("vision_tasks/models/tasks.py"), Path("vision_tasks/lifecycle.py")
PSQL = find_programs().package / "pginstall" / "bin" / "psql"
COLUMNS = """
    priority: Mapped[int] = mapped_column(server_default=text("0"))
    note: Mapped[str | None] = mapped_column(comment="100% :sure")
    kind: Mapped[str] = mapped_column(
        Enum("it's", "100%", "a:b", "plain", name="TaskKind"), server_default="plain"
    )
    kinds: Mapped[list[str] | None] = mapped_column(
        sa.ARRAY(Enum("it's", "100%", "a:b", "plain", name="TaskKind"))
    )

    __table_args__ = (
        Index("ix_tasks_filename", "filename", unique=True),
        Index("ix_tasks_kind", "kind", postgresql_where=text("kind <> 'it''s'")),
        sa.UniqueConstraint("filename", "note"),
        CheckConstraint("priority >= 0", name="order"),
"""
LABELS = """
    NEW = "NEW"
    NEWER = "NEWER"
    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    BETWEEN = "BETWEEN"
    FAILED = "FAILED"
    ARCHIVED = "ARCHIVED"
"""
NOTES = '''

class Note(Base):
    """A word on a task."""

    __tablename__ = "notes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    status: Mapped[TaskStatus] = mapped_column(Enum(TaskStatus, name="taskstatus"))
    tone: Mapped[str] = mapped_column(Enum("LOUD", "LOW", name="tone"))
    text: Mapped[str] = mapped_column(index=True)
    task_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("tasks.id"))
'''


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
        """Replace the first `old`, which of the models is that of the tasks."""
        path = self.directory / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return warm.run(
            *command,
            directory=self.directory,
            environment=format_environment(self._settings),
            seconds=COMMAND_SECONDS,
        )

    def add_notes(self) -> None:
        """Add a table, with a new enum type and one that is there."""
        path = self.directory / MODELS
        path.write_text(path.read_text() + NOTES)
        self.replace(MODELS, "from uuid import", "import sqlalchemy as sa\nfrom uuid import")

    def change_everything(self) -> None:
        """Change whatever a revision can hold side by side."""
        self.add_notes()
        self.replace(MODELS, "    __table_args__ = (\n", COLUMNS)
        self.replace(MODELS, '        Index("ix_tasks_created_at_id", "created_at", "id"),\n', "")
        self.replace(MODELS, "String(FILENAME_MAX_CHARACTERS)", "String(500)")
        lifecycle = (self.directory / LIFECYCLE).read_text()
        labels = lifecycle[lifecycle.index("    PENDING =") : lifecycle.index("class UnknownS")]
        self.replace(LIFECYCLE, labels, f"{LABELS}\n\n")

    def alembic(self, *arguments: str) -> str:
        done = self.run("alembic", *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def fail(self, *command: str) -> str:
        done = self.run(*command)
        assert done.returncode != 0
        assert "Traceback" not in done.stderr
        return done.stderr

    def migrate(self) -> str:
        """Write a revision and return its text."""
        before = set(self._revisions())
        done = self.run("flask", "db", "migrate", "-m", "change the tasks")
        assert done.returncode == 0, done.stderr
        (written,) = set(self._revisions()) - before
        return written.read_text()

    def _revisions(self) -> Iterator[Path]:
        return (self.directory / "migrations" / "versions").glob("*.py")


def run_script(settings: Settings, script: str) -> None:
    """Let psql run what `--sql` printed."""
    environment = {
        "PGHOST": str(settings.POSTGRES_SERVER),
        "PGPORT": str(settings.POSTGRES_PORT),
        "PGUSER": str(settings.POSTGRES_USER),
        "PGPASSWORD": settings.POSTGRES_PASSWORD.get_secret_value(),
        "PGDATABASE": str(settings.POSTGRES_DB),
    }
    done = subprocess.run(
        [PSQL, "-X", "-q", "-f", "-"],
        env={**os.environ, **environment},
        input=script,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
