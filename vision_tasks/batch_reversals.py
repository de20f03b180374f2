"""Which batches were taken back, by which others, and how much of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from vision_tasks.batches import BatchState
from vision_tasks.models import TaskBatch, TaskBatchChunk


@dataclass(frozen=True, slots=True)
class Reversal:
    """A batch `id` that takes back another, `undoes`: `changed` of `total` tasks so far."""

    undoes: UUID
    id: UUID
    actor: str
    started_at: datetime
    state: BatchState
    changed: int
    total: int


def select_reversals(batch_ids: Collection[UUID]) -> Select[Any]:
    """Select what was started to take back any of `batch_ids`, oldest first."""
    changed = (
        select(func.coalesce(func.sum(TaskBatchChunk.changed), 0))
        .where(TaskBatchChunk.batch_id == TaskBatch.id)
        .scalar_subquery()
    )
    total = (
        select(func.coalesce(func.sum(func.cardinality(TaskBatchChunk.ids)), 0))
        .where(TaskBatchChunk.batch_id == TaskBatch.id)
        .scalar_subquery()
    )
    ids = bindparam(None, list(batch_ids), type_=ARRAY(Uuid))
    columns: list[Any] = [
        TaskBatch.undoes,
        TaskBatch.id,
        TaskBatch.actor,
        TaskBatch.started_at,
        TaskBatch.state,
        changed,
        total,
    ]
    return (
        select(*columns)
        .where(
            TaskBatch.undoes == func.any(ids),
            TaskBatch.undoes.is_not(None),
            TaskBatch.state != BatchState.PREPARED.value,
        )
        .order_by(TaskBatch.started_at, TaskBatch.id)
    )


def read_reversal(row: Any) -> Reversal:
    """Turn a row of `select_reversals` into a reversal."""
    undoes, batch_id, actor, started_at, state, changed, total = row
    return Reversal(
        undoes, batch_id, actor, started_at, BatchState(state), int(changed), int(total)
    )
