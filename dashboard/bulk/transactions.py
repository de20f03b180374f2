"""The transactions that work on a batch: who acts, and how long a chunk may take."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from dashboard.bulk.errors import BatchBusyError
from dashboard.desk import Desk
from vision_tasks.attribution import set_locally
from vision_tasks.batches import Batch, BulkAction
from vision_tasks.errors import DatabaseTimeoutError
from vision_tasks.faults import DEADLOCK_SQLSTATE, LOCK_NOT_AVAILABLE_SQLSTATE, get_sqlstate

CHUNK_SECONDS = 10.0
"""How long a chunk may take, or a third of DATABASE_STATEMENT_SECONDS; then it is halved."""


def limit_seconds(desk: Desk) -> float:
    """Say how long a statement of a chunk may take, and all of them where it is done in parts.

    Whoever stops the batch waits for two of these at most, and has time for three.
    """
    return min(CHUNK_SECONDS, desk.settings.DATABASE_STATEMENT_SECONDS / 3)


@contextmanager
def begin_chunk(desk: Desk, batch: Batch, *, lock_seconds: float) -> Iterator[Connection]:
    """Open a transaction whose changes are recorded as of the batch.

    Raises DatabaseTimeoutError where a statement takes too long, and BatchBusyError where somebody
    else holds a task for `lock_seconds`.
    """
    is_undo = batch.kind is BulkAction.UNDO
    # What was a move in one direction is none in the other, but it is in the history.
    reason = batch.reason or (f"Undo of {batch.description['undoes']}" if is_undo else None)
    try:
        with desk.begin(
            action="undo" if is_undo else None,
            reason=reason,
            batch_id=batch.id,
            free_move=is_undo,
        ) as connection:
            connection.execute(select(*set_locally(_list_limits(desk, lock_seconds))))
            # What is checked at the end only would refuse a whole chunk.
            connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            yield connection
    except DatabaseTimeoutError as exc:
        if get_sqlstate(exc.__cause__) != LOCK_NOT_AVAILABLE_SQLSTATE:
            raise
        raise BatchBusyError from exc
    except DBAPIError as exc:
        if get_sqlstate(exc) != DEADLOCK_SQLSTATE:
            raise
        raise BatchBusyError from exc


def _list_limits(desk: Desk, lock_seconds: float) -> dict[str, str]:
    seconds = limit_seconds(desk)
    # A lock is waited for less long, so that a task is not taken for a slow one.
    limits = {"statement_timeout": seconds, "lock_timeout": min(lock_seconds, seconds / 2)}
    return {name: f"{max(1, round(1000 * limit))}ms" for name, limit in limits.items()}
