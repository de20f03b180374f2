"""What the history says of a batch as a whole: who started it, stopped it, went on, ended it."""

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Insert, Select, func, select
from sqlalchemy.orm import aliased

from vision_tasks.batch_queries import BATCHES
from vision_tasks.batches import Batch, BatchState, BulkAction
from vision_tasks.history import get_set_actor, insert_entry
from vision_tasks.models import TaskBatchChunk, TaskChange

START_ACTIONS = {f"bulk {kind}": kind for kind in BulkAction}
"""What the start of each kind is called in the history; its `tasks` are those that are planned."""


class BatchDeed(StrEnum):
    """What else is done to a batch; the `tasks` of these are those that were changed so far."""

    STOP = "bulk stop"
    GO_ON = "bulk go on"
    END = "bulk end"


class BatchEntry(NamedTuple):
    """One such entry, in the order of `select_entries`."""

    changed_at: datetime
    actor: str
    action: str
    tasks: int


def insert_start(batch: Batch, reason: str | None) -> Insert:
    """Record that a batch is started."""
    return insert_entry(
        f"bulk {batch.kind}",
        after=batch.description,
        tasks=batch.planned,
        reason=reason,
        batch_id=batch.id,
    )


def insert_deed(
    batch: Batch, deed: BatchDeed, *, only_if: ColumnElement[bool] | None = None
) -> Insert:
    """Record what somebody did to a batch, with how many tasks it has changed so far."""
    changed = select(func.coalesce(func.sum(TaskBatchChunk.changed), 0)).where(
        TaskBatchChunk.batch_id == batch.id
    )
    return insert_entry(
        deed.value,
        after={"action": format_name(batch)},
        tasks=changed.scalar_subquery(),
        batch_id=batch.id,
        only_if=only_if,
    )


def insert_joining(batch: Batch) -> Insert:
    """Record that somebody goes on with a running batch, once until it is stopped."""
    stopped, own = aliased(TaskChange), aliased(TaskChange)
    last_stop = _narrow(select(func.max(stopped.id)), stopped, batch.id).where(
        stopped.action == BatchDeed.STOP.value
    )
    since = _narrow(select(own.id), own, batch.id).where(
        own.actor == get_set_actor(),
        own.id > func.coalesce(last_stop.scalar_subquery(), 0),
    )
    running = select(BATCHES.c.id).where(
        BATCHES.c.id == batch.id, BATCHES.c.state == BatchState.RUNNING.value
    )
    return insert_deed(batch, BatchDeed.GO_ON, only_if=running.exists() & ~since.exists())


def select_entries(batch_id: UUID, *, limit: int) -> Select[Any]:
    """Select the last entries of a batch, newest first, as rows for BatchEntry."""
    columns: list[Any] = [
        TaskChange.changed_at,
        TaskChange.actor,
        TaskChange.action,
        TaskChange.tasks,
    ]
    statement: Select[Any] = _narrow(select(*columns), TaskChange, batch_id)
    return statement.order_by(TaskChange.id.desc()).limit(limit)


def format_name(batch: Batch) -> str:
    """Name what a batch does: "retry", "undo of retry"."""
    if batch.kind is BulkAction.UNDO:
        return f"undo of {batch.description['undoes']}"
    return batch.kind.value


def _narrow(statement: Any, change: Any, batch_id: UUID) -> Any:
    return statement.where(change.batch_id == batch_id, change.task_id.is_(None))
