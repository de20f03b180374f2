"""The life of a batch: prepared, started, stopped, done; each step is one guarded statement."""

from typing import Any
from typing import cast as cast_type
from uuid import UUID

from sqlalchemy import (
    Select,
    Table,
    Text,
    Update,
    cast,
    exists,
    func,
    select,
    update,
)

from vision_tasks.batches import Batch, BatchState, BulkAction, Progress
from vision_tasks.models import TaskBatch, TaskBatchChunk

BATCHES = cast_type("Table", TaskBatch.__table__)
CHUNKS = cast_type("Table", TaskBatchChunk.__table__)


def select_batch(batch_id: UUID) -> Select[Any]:
    """Select one batch, as a row for `read_batch`."""
    columns: list[Any] = [
        TaskBatch.id,
        TaskBatch.kind,
        TaskBatch.actor,
        TaskBatch.state,
        TaskBatch.created_at,
        TaskBatch.started_at,
        TaskBatch.ended_at,
        TaskBatch.reason,
        TaskBatch.description,
        TaskBatch.counts,
        cast(TaskBatch.result, Text),
        TaskBatch.undoes,
    ]
    return select(*columns).where(TaskBatch.id == batch_id)


def read_batch(row: Any) -> Batch:
    """Turn a row of `select_batch` into a batch."""
    batch_id, kind, actor, state, *rest = row
    return Batch(batch_id, BulkAction(kind), actor, BatchState(state), *rest)


def select_progress(batch_id: UUID) -> Select[Any]:
    """Select one row that unpacks into Progress."""
    tasks = func.cardinality(TaskBatchChunk.ids)
    is_done = TaskBatchChunk.done_at.is_not(None)
    return select(
        func.count().filter(~is_done),
        *(
            func.coalesce(one, 0)
            for one in (
                func.sum(tasks),
                func.sum(tasks).filter(is_done),
                func.sum(TaskBatchChunk.changed),
                func.sum(TaskBatchChunk.skipped),
                func.sum(TaskBatchChunk.stale),
            )
        ),
    ).where(TaskBatchChunk.batch_id == batch_id)


def read_progress(row: Any) -> Progress:
    """Turn a row of `select_progress` into numbers."""
    return Progress(*map(int, row))


def update_started(batch_id: UUID, source: BatchState, *, reason: str | None = None) -> Update:
    """Let a batch run that is PREPARED, for `reason`, or STOPPED; else returns no row.

    Who starts it is who the batch is of.
    """
    values: dict[str, Any] = {"state": BatchState.RUNNING.value, "ended_at": None}
    if source is BatchState.PREPARED:
        values |= {
            "actor": func.current_setting("vision_tasks.actor"),
            "started_at": func.clock_timestamp(),
            "reason": reason,
        }
    return _move(batch_id, source, values)


def get_lock_key(batch_id: UUID) -> int:
    """Return the key of the advisory lock that transactions at work on a batch share."""
    return int.from_bytes(batch_id.bytes[:8], signed=True)


def select_all_ended(batch_id: UUID) -> Select[Any]:
    """Wait until nobody is at work on a batch, and keep them away until the transaction ends."""
    return select(func.pg_advisory_xact_lock(get_lock_key(batch_id)))


def update_stopped(batch_id: UUID) -> Update:
    """Stop a batch that is running, after which nothing changes; after `select_all_ended`."""
    return _move(batch_id, BatchState.RUNNING, _end(BatchState.STOPPED))


def update_done(batch_id: UUID) -> Update:
    """Note that a running batch is done, if no chunk of it is left."""
    left = exists().where(TaskBatchChunk.batch_id == batch_id, TaskBatchChunk.done_at.is_(None))
    return _move(batch_id, BatchState.RUNNING, _end(BatchState.DONE)).where(~left)


def _move(batch_id: UUID, source: BatchState, values: dict[str, Any]) -> Update:
    return (
        update(BATCHES)
        .where(BATCHES.c.id == batch_id, BATCHES.c.state == source.value)
        .values(values)
        .returning(BATCHES.c.id)
    )


def _end(state: BatchState) -> dict[str, Any]:
    return {"state": state.value, "ended_at": func.clock_timestamp()}
