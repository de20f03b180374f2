"""One chunk of a batch: its tasks are changed where they still are as they were seen.

A chunk is taken, worked on and marked in one transaction, and the batch kept from being stopped
meanwhile; while somebody waits to stop it, no further chunk is taken. It is taken by a statement of
its own: so it is known which one could not be done, and an undo looks at what is there only when
nobody else can bring it back (see `restorations`). Tasks are locked in the order of their ids, so
that two at once wait for each other in one direction only.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from typing import cast as cast_type
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Table,
    delete,
    func,
    insert,
    select,
    true,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from vision_tasks.batch_queries import CHUNKS, get_lock_key
from vision_tasks.batches import Batch, BatchState, BulkAction
from vision_tasks.bulk_queries import SeenTask, is_as_seen, unnest_arrays, unnest_seen
from vision_tasks.models import Task, TaskBatch, TaskBatchChunk
from vision_tasks.restorations import try_restoring
from vision_tasks.undo_queries import count_undone

_TASKS = cast_type("Table", Task.__table__)


def take_chunk(batch: Batch, *, after: int = -1) -> Select[int, int]:
    """Take a chunk to be done, as its number and how many tasks it holds.

    The first one with a higher number than `after` that nobody is at work on. No row where none is
    free, or the batch does not run or is about to be stopped, or another undo is bringing back what
    this one is about.
    """
    # Not had while somebody waits for all of it; a lock of a row is, and nobody would get through.
    turns: list[ColumnElement[bool]] = [
        func.pg_try_advisory_xact_lock_shared(get_lock_key(batch.id))
    ]
    if batch.kind is BulkAction.UNDO:
        turns.append(try_restoring(batch.undoes))
    running = (
        select(TaskBatch.id)
        .where(
            TaskBatch.id == batch.id,
            TaskBatch.state == BatchState.RUNNING.value,
            *(select(turn).scalar_subquery() for turn in turns),
        )
        .with_for_update(read=True)
        .cte("running")
    )
    return (
        select(TaskBatchChunk.number, func.cardinality(TaskBatchChunk.ids).label("tasks"))
        .where(
            TaskBatchChunk.batch_id == select(running.c.id).scalar_subquery(),
            TaskBatchChunk.done_at.is_(None),
            TaskBatchChunk.number > after,
        )
        .order_by(TaskBatchChunk.number)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def select_chunk(batch_id: UUID, number: int) -> Select[list[UUID], list[int], list[datetime]]:
    """Select what a chunk holds, as ids, versions and births."""
    return select(TaskBatchChunk.ids, TaskBatchChunk.versions, TaskBatchChunk.births).where(
        TaskBatchChunk.batch_id == batch_id, TaskBatchChunk.number == number
    )


def work_chunk(batch: Batch, number: int) -> ReturningUpdate[int]:
    """Change the tasks of a chunk that was taken and mark it done."""
    chunk = select_chunk(batch.id, number).cte("chunk")
    tasks = unnest_arrays(chunk.c.ids, chunk.c.versions, chunk.c.births)
    # As rows of their own, or to lock each task PostgreSQL would carry all the arrays along.
    rows = select(*tasks.c).select_from(chunk.join(tasks, true())).cte("given")
    changed = _count_changed(batch, rows.prefix_with("MATERIALIZED"))
    return _mark(batch.id, number, changed=changed)


def work_tasks(batch: Batch, seen: Collection[SeenTask]) -> Select[int]:
    """Change some tasks of a chunk that was taken, and count those that were."""
    return select(_count_changed(batch, unnest_seen(seen)))


def mark_chunk(batch: Batch, number: int, *, changed: int, refused: int) -> ReturningUpdate[int]:
    """Mark a chunk that was taken as done."""
    return _mark(batch.id, number, changed=changed, refused=refused)


def halve_chunk(batch_id: UUID, number: int) -> ReturningUpdate[int]:
    """Make two chunks of one that was taken and holds more tasks than one."""
    tasks = func.cardinality(CHUNKS.c.ids)
    half = tasks // 2
    arrays = (CHUNKS.c.ids, CHUNKS.c.versions, CHUNKS.c.births)
    is_it = (CHUNKS.c.batch_id == batch_id, CHUNKS.c.number == number)
    rest = insert(CHUNKS).from_select(
        [CHUNKS.c.batch_id, CHUNKS.c.number, *arrays],
        # The place of its first task, so no other has this number.
        select(
            CHUNKS.c.batch_id, CHUNKS.c.number + half, *(one[half + 1 : tasks] for one in arrays)
        ).where(*is_it),
    )
    return (
        update(CHUNKS)
        .where(*is_it)
        .values({one: one[1:half] for one in arrays})
        .returning(CHUNKS.c.number)
        .add_cte(rest.cte("rest"))
    )


def _mark(
    batch_id: UUID, number: int, *, changed: ColumnElement[int] | int, refused: int = 0
) -> ReturningUpdate[int]:
    return (
        update(CHUNKS)
        .where(CHUNKS.c.batch_id == batch_id, CHUNKS.c.number == number)
        .values(
            done_at=func.clock_timestamp(),
            changed=changed,
            skipped=refused,
            stale=func.cardinality(CHUNKS.c.ids) - changed - refused,
        )
        .returning(CHUNKS.c.number)
    )


def _count_changed(batch: Batch, tasks: FromClause) -> ColumnElement[int]:
    if batch.kind is BulkAction.UNDO:
        return count_undone(batch, tasks)
    locked = (
        select(Task.id)
        .select_from(tasks.join(Task, is_as_seen(tasks)))
        .order_by(Task.id)
        # A deletion takes the stronger lock.
        .with_for_update(of=Task, key_share=batch.kind is not BulkAction.DELETE)
        .cte("locked")
    )
    changed = _change(batch).where(_TASKS.c.id == locked.c.id).returning(_TASKS.c.id).cte("changed")
    return select(func.count()).select_from(changed).scalar_subquery()


def _change(batch: Batch) -> Any:
    if batch.kind is BulkAction.DELETE:
        return delete(_TASKS)
    if batch.kind.move is not None:
        return update(_TASKS).values(status=batch.kind.move.target)
    wanted = select(TaskBatch.result).where(TaskBatch.id == batch.id).scalar_subquery()
    return update(_TASKS).values(result=wanted)
