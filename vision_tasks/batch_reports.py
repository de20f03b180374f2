"""What a batch is about and what it left as it was, task by task, to be shown to people."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
)

from vision_tasks.batch_changes import is_change_of
from vision_tasks.batch_queries import CHUNKS
from vision_tasks.batches import Batch, BatchState
from vision_tasks.bulk_queries import is_as_seen, unnest_arrays
from vision_tasks.models import Task, TaskChange
from vision_tasks.undo_queries import came_back

LISTED_TASKS = 10_000
"""A dry run looks no further for what had changed before it."""


def select_sample(batch: Batch, *, limit: int) -> Select[UUID, str, str, int, datetime]:
    """Select tasks of the first chunk that are as they were seen, newest first, for TaskLine."""
    tasks = _unnest()
    return (
        select(Task.id, cast(Task.status, Text), Task.filename, Task.version, Task.created_at)
        .select_from(CHUNKS.join(tasks, true()).join(Task, is_as_seen(tasks)))
        .where(CHUNKS.c.batch_id == batch.id, CHUNKS.c.number == 0)
        .order_by(Task.created_at.desc(), Task.id.desc())
        .limit(limit)
    )


def select_spared(batch: Batch, *, limit: int) -> Select[Any]:
    """Select tasks that were not changed though they were to be, as rows for SparedTask.

    Of a dry run, those that had changed before it, as far as its first chunks tell.
    """
    tasks = _unnest()
    source: Any = CHUNKS.join(tasks, true()).outerjoin(Task, Task.id == tasks.c.id)
    change_id: ColumnElement[Any] = null()
    is_same: ColumnElement[Any] = func.coalesce(is_as_seen(tasks), literal(value=False))
    if batch.undoes is not None:
        undone = _find_change(batch.undoes, tasks).limit(1).lateral("undone")
        change_id = undone.c.id
        source = source.outerjoin(undone, true())
        is_gone = (
            Task.id.is_(None)
            & (tasks.c.version == undone.c.version)
            & ~came_back(tasks.c.id, tasks.c.created_at, change_id)
        )
        is_same = case((undone.c.after.is_(None), is_gone), else_=is_same)
    columns: list[Any] = [tasks.c.id, Task.filename, cast(Task.status, Text), is_same, change_id]
    statement = (
        select(*columns)
        .select_from(source)
        .where(CHUNKS.c.batch_id == batch.id)
        .order_by(CHUNKS.c.number, tasks.c.created_at.desc(), tasks.c.id.desc())
        .limit(limit)
    )
    if batch.state is BatchState.PREPARED:
        return statement.where(~is_same, CHUNKS.c.number < LISTED_TASKS)
    return statement.where(
        CHUNKS.c.done_at.is_not(None),
        or_(CHUNKS.c.stale > 0, CHUNKS.c.skipped > 0),
        ~_find_change(batch.id, tasks).offset(0).exists(),
    )


def _find_change(batch_id: UUID, tasks: Any) -> Select[int, int | None, Any | None]:
    # LIMIT and OFFSET of its callers keep PostgreSQL, while it knows little of the history, from
    # reading all of it for each task.
    return (
        select(TaskChange.id, TaskChange.version, TaskChange.after)
        .where(is_change_of(batch_id, tasks, TaskChange))
        .order_by(TaskChange.task_id.desc(), TaskChange.id.desc())
    )


def _unnest() -> Any:
    return unnest_arrays(CHUNKS.c.ids, CHUNKS.c.versions, CHUNKS.c.births)
