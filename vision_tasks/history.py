"""What the history says besides changes of tasks: an export, the start of a batch, a new key."""

from typing import Any
from typing import cast as cast_type
from uuid import UUID

from sqlalchemy import ColumnElement, Insert, Table, func, insert, literal, select

from vision_tasks.models import TaskChange

_CHANGES = cast_type("Table", TaskChange.__table__)


def insert_entry(
    action: str,
    *,
    after: dict[str, Any] | None = None,
    tasks: int | ColumnElement[int] = 0,
    reason: str | None = None,
    batch_id: UUID | None = None,
    only_if: ColumnElement[bool] | None = None,
) -> Insert:
    """Record `action`, in a transaction whose attribution says who acts.

    `after` says for people what it was about, without a secret; `tasks` how many were concerned.
    Nothing is recorded where `only_if` does not hold.
    """
    values: dict[str, Any] = {
        "actor": get_set_actor(),
        "action": action,
        "after": after,
        "tasks": tasks,
        "reason": reason,
        "batch_id": batch_id,
    }
    if only_if is None:
        return insert(_CHANGES).values(values)
    columns = [
        literal(value, _CHANGES.c[name].type) if not isinstance(value, ColumnElement) else value
        for name, value in values.items()
    ]
    return insert(_CHANGES).from_select(list(values), select(*columns).where(only_if))


def get_set_actor() -> ColumnElement[str]:
    """Write who acts in this transaction, as `actor` of its entries."""
    given = func.nullif(func.current_setting("vision_tasks.actor", True), "")  # noqa: FBT003
    return func.coalesce(given, func.concat("db:", func.session_user()))
