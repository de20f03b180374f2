"""The dry run: which tasks a batch is about is stored, at the versions they were found at."""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.sql.dml import ReturningDelete

from vision_tasks.batch_queries import BATCHES, CHUNKS
from vision_tasks.batches import CHUNK_BYTES, CHUNK_TASKS, BatchState, BulkAction
from vision_tasks.models import TaskBatch
from vision_tasks.queries import cast_document

UNSTARTED_HOURS = 24
"""How long a dry run waits to be started."""
MAX_REMOVED = 5
"""So many that nobody started are removed at once."""


def insert_batch(
    batch_id: UUID,
    kind: BulkAction,
    found: Select[Any],
    *,
    description: dict[str, Any],
    result: str | None = None,
    undoes: UUID | None = None,
    limit: int | None = None,
    chunk_tasks: int = CHUNK_TASKS,
    chunk_bytes: int = CHUNK_BYTES,
) -> Select[UUID]:
    """Store the tasks `found` as a batch that is prepared; returns no row if over `limit` of them.

    `found` has the columns id, version, created_at, status (None: the task is not as it was seen),
    is_planned and bytes (of what is read or written of results). Chunks hold the tasks that are
    planned, newest first, and those that are not as they were seen, to be reported only: these at
    version 0, which no task has. A chunk is numbered by the place of its first task, from 0. The
    transaction says who prepares it.
    """
    tasks = found.cte("found")
    counted = _count(tasks)
    total = func.coalesce(func.sum(counted.c.found), 0)
    columns: dict[str, Any] = {
        "id": literal(batch_id),
        "kind": literal(kind.value),
        "actor": func.current_setting("vision_tasks.actor"),
        "description": literal(description, JSONB),
        "result": cast(cast_document(result), JSONB),
        "undoes": literal(undoes, BATCHES.c.undoes.type),
        "counts": _describe_counts(counted),
    }
    values = select(*columns.values()).select_from(counted)
    if limit is not None:
        values = values.having(total <= limit)
    batch = insert(BATCHES).from_select(list(columns), values).returning(BATCHES.c.id).cte("batch")
    newest_first: Any = {"order_by": (tasks.c.created_at.desc(), tasks.c.id.desc())}
    size = tasks.c.bytes + len((result or "").encode())
    placed = (
        select(
            tasks.c.id,
            case((tasks.c.status.is_(None), 0), else_=tasks.c.version).label("version"),
            tasks.c.created_at,
            (func.row_number().over(**newest_first) - 1).label("place"),
            func.sum(size).over(**newest_first, rows=(None, 0)).label("size"),
        )
        .where(tasks.c.status.is_(None) | tasks.c.is_planned)
        .cte("placed")
    )
    # Within a chunk by id, the order in which it locks them.
    arrays = [
        func.array_agg(aggregate_order_by(column, placed.c.id))
        for column in (placed.c.id, placed.c.version, placed.c.created_at)
    ]
    chunks = insert(CHUNKS).from_select(
        ["batch_id", "number", "ids", "versions", "births"],
        select(batch.c.id, cast(func.min(placed.c.place), Integer), *arrays)
        .select_from(placed.join(batch, literal(value=True)))
        .group_by(
            batch.c.id,
            placed.c.place // chunk_tasks,
            placed.c.size // chunk_bytes,
        ),
    )
    return select(batch.c.id).add_cte(chunks.cte("chunks"))


def delete_unstarted() -> ReturningDelete[UUID]:
    """Remove a few dry runs that nobody started for UNSTARTED_HOURS, the oldest first."""
    old = (
        select(TaskBatch.id)
        .where(
            TaskBatch.state == BatchState.PREPARED.value,
            TaskBatch.created_at < func.now() - func.make_interval(0, 0, 0, 0, UNSTARTED_HOURS),
        )
        .order_by(TaskBatch.created_at)
        .limit(MAX_REMOVED)
        .with_for_update(skip_locked=True)
    )
    return delete(BATCHES).where(TaskBatch.id.in_(old)).returning(TaskBatch.id)


def _count(tasks: Any) -> Any:
    return (
        select(
            tasks.c.status,
            func.count().label("found"),
            func.count().filter(tasks.c.is_planned).label("planned"),
        )
        .group_by(tasks.c.status)
        .cte("counted")
    )


def _describe_counts(counted: Any) -> ColumnElement[Any]:
    pair = func.jsonb_build_array(counted.c.found, counted.c.planned)
    is_seen = counted.c.status.is_not(None)
    return func.jsonb_build_object(
        "statuses",
        func.coalesce(
            func.jsonb_object_agg(counted.c.status, pair).filter(is_seen), literal({}, JSONB)
        ),
        "stale",
        func.coalesce(func.sum(counted.c.found).filter(~is_seen), 0),
    )
