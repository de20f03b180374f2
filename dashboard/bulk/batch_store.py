"""Batches in the database: read and prepared, each in a transaction of the desk."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from dashboard.bulk.errors import BatchNotFoundError, TooManyTasksError
from dashboard.bulk.order import Order
from dashboard.desk import Desk
from dashboard.tasks import explain_unstorable
from vision_tasks.batch_entries import BatchEntry, select_entries
from vision_tasks.batch_queries import (
    read_batch,
    read_progress,
    select_batch,
    select_progress,
)
from vision_tasks.batch_reports import select_sample, select_spared
from vision_tasks.batch_reversals import Reversal, read_reversal, select_reversals
from vision_tasks.batches import Batch, BatchState, BulkAction, Progress, SparedTask
from vision_tasks.bulk_queries import TaskLine, select_matching, select_seen
from vision_tasks.dry_runs import delete_unstarted, insert_batch
from vision_tasks.undo_queries import select_deletes, select_undoable

MAX_LISTED = 200
"""So many of the tasks that were left alone are named."""
MAX_SAMPLE = 10
MAX_ENTRIES = 100
"""So many of those who stopped it and went on with it are named, the last ones."""


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch as its page shows it; `sample` are tasks that a dry run is about.

    `entries` say who started it, stopped it and went on, `reversals` who took it back, oldest
    first.
    """

    batch: Batch
    progress: Progress
    spared: list[SparedTask]
    sample: list[TaskLine]
    entries: list[BatchEntry]
    reversals: list[Reversal]


def get_batch(desk: Desk, batch_id: UUID) -> Batch:
    """Read a batch; raises BatchNotFoundError."""
    with desk.begin() as connection:
        return _get(connection, batch_id)


def get_progress(desk: Desk, batch_id: UUID) -> tuple[Batch, Progress]:
    """Read how far a batch has come; raises BatchNotFoundError."""
    with desk.begin() as connection:
        batch = _get(connection, batch_id)
        return batch, read_progress(connection.execute(select_progress(batch_id)).one())


def get_view(desk: Desk, batch_id: UUID) -> BatchView:
    """Read all that the page of a batch shows; raises BatchNotFoundError."""
    with desk.begin() as connection:
        batch = _get(connection, batch_id)
        progress = read_progress(connection.execute(select_progress(batch_id)).one())
        is_prepared = batch.state is BatchState.PREPARED
        spared, sample = [], []
        if batch.stale if is_prepared else progress.stale or progress.refused:
            rows = connection.execute(select_spared(batch, limit=MAX_LISTED))
            spared = [SparedTask(*row) for row in rows]
        if is_prepared:
            rows = connection.execute(select_sample(batch, limit=MAX_SAMPLE))
            sample = [TaskLine(*row) for row in rows]
        last = connection.execute(select_entries(batch_id, limit=MAX_ENTRIES)).all()
        entries = [BatchEntry(*row) for row in reversed(last)]
        reversals = [read_reversal(row) for row in connection.execute(select_reversals([batch_id]))]
    return BatchView(batch, progress, spared, sample, entries, reversals)


def prepare(desk: Desk, order: Order, result: str | None) -> UUID:
    """Make the dry run of an order and return its id.

    Raises TooManyTasksError, and InvalidFieldError where PostgreSQL cannot store the result.
    """
    limit = desk.settings.BULK_MAX_TASKS
    found: Any
    if order.ticked is None:
        found = select_matching(order.parameters.task_filter, order.kind, result, limit=limit + 1)
    else:
        found = select_seen(order.ticked, order.kind, result)
    statement = insert_batch(
        uuid4(), order.kind, found, description=order.description, result=result, limit=limit
    )
    try:
        with desk.begin() as connection:
            connection.execute(delete_unstarted())
            batch_id = connection.execute(statement).scalar_one_or_none()
    except DBAPIError as exc:
        raise ((explain_unstorable(exc) if result is not None else None) or exc) from exc
    if batch_id is None:
        raise TooManyTasksError(limit)
    return batch_id


def prepare_undo(desk: Desk, batch: Batch) -> UUID:
    """Make the dry run of taking `batch` back, and return its id."""
    with desk.begin() as connection:
        description = {
            "undoes": batch.kind.value,
            "deletes": bool(connection.execute(select_deletes(batch)).scalar()),
        }
        statement = insert_batch(
            uuid4(),
            BulkAction.UNDO,
            select_undoable(batch),
            description=description,
            undoes=batch.id,
        )
        return connection.execute(statement).scalar_one()


def _get(connection: Connection, batch_id: UUID) -> Batch:
    row = connection.execute(select_batch(batch_id)).one_or_none()
    if row is None:
        raise BatchNotFoundError(batch_id)
    return read_batch(row)
