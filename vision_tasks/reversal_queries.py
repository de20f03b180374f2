"""Statements that take one change back: each one guarded, and recorded as a change of its own."""

from typing import Any
from typing import cast as cast_type

from sqlalchemy import ColumnElement, Select, Table, cast, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from vision_tasks.changes import RESTORABLE_FIELDS, ChangeRecord
from vision_tasks.models import Task, TaskChange
from vision_tasks.undo_queries import came_back

_TASKS = cast_type("Table", Task.__table__)
# From the history itself, so a result of any length stays in the server, to the last digit.
_FORMER: dict[str, ColumnElement[Any]] = {
    "status": cast(TaskChange.before["status"].astext, Task.status.type),
    "filename": TaskChange.before["filename"].astext,
    "result": TaskChange.before["result"],
}


def put_back(change: ChangeRecord) -> ReturningUpdate[Any]:
    """Give the task what `change` took from it, if it still is as that left it; else no row.

    For a change of fields without an obstacle, in a transaction whose moves are free where its
    own is not legal back.
    """
    names = [name for name in RESTORABLE_FIELDS if name in change.fields]
    return (
        update(_TASKS)
        .where(
            TaskChange.id == change.id,
            Task.id == TaskChange.task_id,
            Task.version == TaskChange.version,
            Task.created_at == TaskChange.born_at,
        )
        .values({name: _FORMER[name] for name in names})
        .returning(Task.id)
    )


def bring_back(change: ChangeRecord) -> ReturningInsert[Any]:
    """Insert the task that `change` deleted, as it was, to go on counting its versions.

    In a transaction whose action is "undo", after `select_restoring`. Returns no row where its id
    is taken, and where the task came back before and was deleted again, for it would then have one
    version twice.
    """
    is_used_up = came_back(
        TaskChange.task_id.expression, TaskChange.born_at.expression, TaskChange.id.expression
    )
    columns: dict[str, Any] = {
        "id": TaskChange.task_id,
        **_FORMER,
        "created_at": TaskChange.born_at,
        "version": TaskChange.version + 1,
    }
    former = select(*columns.values()).where(TaskChange.id == change.id, ~is_used_up)
    return (
        insert_or_skip(_TASKS)
        .from_select(list(columns), former, include_defaults=False)
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(Task.id)
    )


def select_last_number(change: ChangeRecord) -> Select[int]:
    """Select the number of the last row about the task of `change`, deleted or not."""
    return (
        select(TaskChange.id)
        .where(TaskChange.task_id == change.task_id, TaskChange.born_at == change.born_at)
        .order_by(TaskChange.task_id.desc(), TaskChange.id.desc())
        .limit(1)
    )
