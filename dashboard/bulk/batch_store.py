"""Batches in the database: read and prepared, each in a transaction of the desk."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from dashboard.bulk.errors import BatchNotFoundError, TooManyTasksError
from dashboard.bulk.order import Order
from dashboard.desk import Desk
from dashboard.tasks import explain_unstorable
from vision_tasks.attribution import set_locally
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
from vision_tasks.errors import DatabaseTimeoutError
from vision_tasks.faults import translate_database_error
from vision_tasks.undo_queries import select_deletes, select_undoable

MAX_LISTED = 200
"""So many of the tasks that were left alone are named."""
SPARED_SECONDS = 3.0
"""How long they are searched for, or a third of DATABASE_STATEMENT_SECONDS."""
MAX_SAMPLE = 10
MAX_ENTRIES = 100
"""So many of those who stopped it and went on with it are named, the last ones."""


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch as its page shows it; `sample` are tasks that a dry run is about.

    `spared` is None where it takes too long to find them. `entries` say who started it, stopped it
    and went on, `reversals` who took it back, oldest first.
    """

    batch: Batch
    progress: Progress
    spared: list[SparedTask] | None
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
        sample: list[TaskLine] = []
        if is_prepared:
            rows = connection.execute(select_sample(batch, limit=MAX_SAMPLE))
            sample = [TaskLine(*row) for row in rows]
        last = connection.execute(select_entries(batch_id, limit=MAX_ENTRIES)).all()
        entries = [BatchEntry(*row) for row in reversed(last)]
        reversals = [read_reversal(row) for row in connection.execute(select_reversals([batch_id]))]
        is_any_spared = batch.stale if is_prepared else progress.stale or progress.refused
        # The last statement, for its limit stays in force.
        spared = _find_spared(desk, connection, batch) if is_any_spared else []
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


def prepare_undo(desk: Desk, batch_id: UUID) -> UUID | None:
    """Make the dry run of taking a batch back, and return its id; None where it has not ended.

    Raises BatchNotFoundError.
    """
    with desk.begin() as connection:
        # So that it does not go on meanwhile: what it changed between the two statements would be
        # taken back, and nobody asked who may.
        batch = _get(connection, batch_id, is_kept=True)
        if batch.state not in (BatchState.STOPPED, BatchState.DONE):
            return None
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


def _find_spared(desk: Desk, connection: Connection, batch: Batch) -> list[SparedTask] | None:
    seconds = min(SPARED_SECONDS, desk.settings.DATABASE_STATEMENT_SECONDS / 3)
    limit = {"statement_timeout": f"{max(1, round(1000 * seconds))}ms"}
    try:
        with connection.begin_nested():
            connection.execute(select(*set_locally(limit)))
            rows = connection.execute(select_spared(batch, limit=MAX_LISTED)).all()
    except DBAPIError as exc:
        if not isinstance(translate_database_error(exc), DatabaseTimeoutError):
            raise
        return None
    return [SparedTask(*row) for row in rows]


def _get(connection: Connection, batch_id: UUID, *, is_kept: bool = False) -> Batch:
    statement = select_batch(batch_id)
    if is_kept:
        statement = statement.with_for_update(read=True)
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise BatchNotFoundError(batch_id)
    return read_batch(row)
