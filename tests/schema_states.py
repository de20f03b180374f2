"""Databases whose schema is not the one that the code at hand was written for."""

from typing import Any
from uuid import UUID

from alembic.script import ScriptDirectory

from tests.factories import add_task
from vision_tasks.upgrade import find_migrations

REVISIONS = [
    script.revision for script in ScriptDirectory(str(find_migrations())).walk_revisions()
][::-1]
HEAD, BEFORE_HEAD = REVISIONS[-1], REVISIONS[-2]
NEWER = "ffffffffffff"
NEW_STATUS = "ARCHIVED"


def stamp(cursor: Any, revision: str) -> None:
    """Say that the database stands at `revision`, whatever it holds."""
    cursor.execute("UPDATE alembic_version SET version_num = %s", (revision,))


def migrate_further(cursor: Any) -> None:
    """Do what a newer version may do: a label, a column, an index, and its revision."""
    cursor.execute(f"ALTER TYPE taskstatus ADD VALUE '{NEW_STATUS}'")
    cursor.execute("ALTER TABLE tasks ADD COLUMN priority integer NOT NULL DEFAULT 0")
    cursor.execute("CREATE INDEX CONCURRENTLY ix_tasks_priority ON tasks (priority)")
    stamp(cursor, NEWER)


def add_archived_task(cursor: Any, filename: str = "archived.jpg") -> UUID:
    """Add a task in the state that only the newer version knows."""
    task_id = add_task(cursor, filename, result='{"kept": true}')
    cursor.execute("ALTER TABLE tasks DISABLE TRIGGER tasks_guard_moves")
    cursor.execute("UPDATE tasks SET status = %s WHERE id = %s", (NEW_STATUS, str(task_id)))
    cursor.execute("ALTER TABLE tasks ENABLE TRIGGER tasks_guard_moves")
    return task_id
