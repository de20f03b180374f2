"""The history of tasks, read as `psql` would."""

from types import SimpleNamespace
from typing import Any

_COLUMNS = (
    "id, changed_at, actor, action, task_id::text, born_at, version, before::text, after::text,"
    " tasks, task_ids::text[], reason, batch_id::text"
)


def read_history(cursor: Any) -> list[SimpleNamespace]:
    """Read every row, oldest first; `before` and `after` as JSON text."""
    cursor.execute(f"SELECT {_COLUMNS} FROM task_changes ORDER BY id")
    names = [column.name for column in cursor.description]
    return [SimpleNamespace(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
