"""Which changes of the history a batch made: found by task, between its start and its end."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, and_, func, literal, select, tuple_
from sqlalchemy.orm import aliased

from vision_tasks.batch_entries import BatchDeed
from vision_tasks.batches import BatchState
from vision_tasks.models import TaskBatch, TaskChange

_ENDED = [BatchState.STOPPED.value, BatchState.DONE.value]
_ENDS = [BatchDeed.STOP.value, BatchDeed.END.value]
_LAST_ID = 2**63 - 1


def is_change_of(batch_id: UUID | None, seen: FromClause, change: Any) -> ColumnElement[bool]:
    """Hold a `change` of the history against a row of `seen`: what a batch did to that task.

    To be ordered by `task_id` and `id`, the last one first, and limited.
    """
    # Between two places of one index, or the whole life of a task would be read, before the batch
    # and after. Not by = of task, number or batch, or PostgreSQL, while it knows little of the
    # history, reads the whole batch anew for each task, by another index.
    place = tuple_(change.task_id, change.id)
    return and_(
        place <= tuple_(seen.c.id, _find_end(batch_id)),
        place >= tuple_(seen.c.id, _find_start(batch_id)),
        change.batch_id.is_not_distinct_from(batch_id),
    )


def _find_start(batch_id: UUID | None) -> ColumnElement[int]:
    entry = aliased(TaskChange)
    first = (
        select(entry.id)
        .where(entry.batch_id == batch_id, entry.task_id.is_(None))
        .order_by(entry.id)
        .limit(1)
    )
    return func.coalesce(first.scalar_subquery(), 0)


def _find_end(batch_id: UUID | None) -> ColumnElement[int]:
    # Whoever stops or ends it waits for all that are at work, so their numbers are lower.
    entry = aliased(TaskChange)
    is_ended = select(TaskBatch.id).where(TaskBatch.id == batch_id, TaskBatch.state.in_(_ENDED))
    last = (
        select(entry.id)
        .where(
            entry.batch_id == batch_id,
            entry.task_id.is_(None),
            entry.action.in_(_ENDS),
            is_ended.exists(),
        )
        .order_by(entry.id.desc())
        .limit(1)
    )
    return func.coalesce(last.scalar_subquery(), literal(_LAST_ID))
