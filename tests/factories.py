"""Tasks for tests, put straight into the database."""

from typing import Any
from uuid import UUID

from vision_tasks.lifecycle import TaskStatus


def add_task(
    cursor: Any,
    filename: str = "photo.jpg",
    *,
    status: TaskStatus = TaskStatus.PENDING,
    result: str | None = None,
) -> UUID:
    """Insert a task as `psql` would and return its id; `result` is JSON text."""
    cursor.execute(
        "INSERT INTO tasks (filename, status, result) VALUES (%s, %s, %s::jsonb) RETURNING id",
        (filename, status.value, result),
    )
    return UUID(str(cursor.fetchone()[0]))


def read_task(cursor: Any, task_id: UUID) -> dict[str, Any]:
    """Read a row as PostgreSQL holds it, `result` as text."""
    cursor.execute(
        "SELECT status::text, filename, result::text AS result, version, created_at, updated_at"
        " FROM tasks WHERE id = %s",
        (str(task_id),),
    )
    row = cursor.fetchone()
    return dict(zip([column.name for column in cursor.description], row, strict=True))
