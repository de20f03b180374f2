"""What the history says besides changes of tasks: an export, the start of a batch, a new key."""

from typing import Any
from typing import cast as cast_type
from uuid import UUID

from sqlalchemy import ColumnElement, Insert, Table, func, insert

from vision_tasks.models import TaskChange

_CHANGES = cast_type("Table", TaskChange.__table__)


def insert_entry(
    action: str,
    *,
    after: dict[str, Any] | None = None,
    tasks: int = 0,
    reason: str | None = None,
    batch_id: UUID | None = None,
) -> Insert:
    """Record `action`, in a transaction whose attribution says who acts.

    `after` says for people what it was about, without a secret; `tasks` how many were concerned.
    """
    return insert(_CHANGES).values(
        actor=_set_actor(),
        action=action,
        after=after,
        tasks=tasks,
        reason=reason,
        batch_id=batch_id,
    )


def _set_actor() -> ColumnElement[str]:
    given = func.nullif(func.current_setting("vision_tasks.actor", True), "")  # noqa: FBT003
    return func.coalesce(given, func.concat("db:", func.session_user()))
