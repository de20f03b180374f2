"""Changes of tasks as the history numbers them."""

from typing import Any
from uuid import UUID

from tests.dashboard.bulk.orders import find_form


def last_change(cursor: Any, task_id: UUID | None = None) -> int:
    cursor.execute(
        "SELECT max(id) FROM task_changes WHERE %s::uuid IS NULL OR task_id = %s::uuid",
        [task_id and str(task_id)] * 2,
    )
    return int(cursor.fetchone()[0])


def undo_url(number: int) -> str:
    return f"/admin/history/{number}/undo"


def undo(client: Any, number: int, **typed: str) -> Any:
    """Take a change back in the page that asks first; not redirected."""
    return find_form(client.get(undo_url(number)), "/undo").send(client, **typed)
