"""What a batch is about and what it left as it was, task by task, to be shown to people."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, cast, func, null, or_, select, true
from sqlalchemy.orm import aliased

from vision_tasks.batch_queries import CHUNKS
from vision_tasks.batches import Batch, BatchState
from vision_tasks.bulk_queries import is_as_seen, unnest_arrays
from vision_tasks.models import Task, TaskChange


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

    Of a dry run, those that had changed before it; no change of an undo leads back to a dry run.
    """
    tasks, undone = _unnest(), aliased(TaskChange)
    source: Any = CHUNKS.join(tasks, true()).outerjoin(Task, Task.id == tasks.c.id)
    change_id: ColumnElement[Any] = null()
    if batch.undoes is not None:
        change_id = undone.id.expression
        source = source.outerjoin(
            undone, (undone.batch_id == batch.undoes) & (undone.task_id == tasks.c.id)
        )
    is_same = func.coalesce(is_as_seen(tasks), False)
    columns: list[Any] = [tasks.c.id, Task.filename, cast(Task.status, Text), is_same, change_id]
    statement = (
        select(*columns)
        .select_from(source)
        .where(CHUNKS.c.batch_id == batch.id)
        .order_by(CHUNKS.c.number, tasks.c.created_at.desc(), tasks.c.id.desc())
        .limit(limit)
    )
    if batch.state is BatchState.PREPARED:
        return statement.where(~is_same)
    return statement.where(
        CHUNKS.c.done_at.is_not(None),
        or_(CHUNKS.c.stale > 0, CHUNKS.c.skipped > 0),
        # Not by =, which may find the whole batch anew for each task.
        ~select(TaskChange.id)
        .where(TaskChange.task_id == tasks.c.id, TaskChange.batch_id.is_not_distinct_from(batch.id))
        .exists(),
    )


def _unnest() -> Any:
    return unnest_arrays(CHUNKS.c.ids, CHUNKS.c.versions, CHUNKS.c.births)
