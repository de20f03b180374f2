"""Doing a batch: chunk after chunk for a moment, a transaction each."""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from dashboard.bulk.errors import BatchBusyError
from dashboard.desk import Desk
from dashboard.tasks import REFERENCED_STATES
from vision_tasks.attribution import set_locally
from vision_tasks.batch_queries import update_done
from vision_tasks.batches import Batch, BulkAction
from vision_tasks.bulk_queries import SeenTask
from vision_tasks.chunk_queries import mark_chunk, take_chunk, work_chunk, work_tasks
from vision_tasks.errors import DatabaseTimeoutError
from vision_tasks.faults import (
    DEADLOCK_SQLSTATE,
    LOCK_NOT_AVAILABLE_SQLSTATE,
    get_sqlstate,
    translate_database_error,
)

WORK_SECONDS = 1.0
"""How long one request goes on to take chunks."""
LOCK_MILLISECONDS = 2_000
"""How long a chunk waits for a task that somebody holds; nobody can stop the batch meanwhile."""

_logger = logging.getLogger(__name__)


def work(desk: Desk, batch: Batch, *, seconds: float = WORK_SECONDS) -> int:
    """Do chunks of a running batch until `seconds` are over or none is free; returns how many.

    Raises BatchBusyError where somebody else holds a task for too long; what is done stays done.
    """
    deadline = time.monotonic() + seconds
    chunks = 0
    while _work_one(desk, batch):
        chunks += 1
        if time.monotonic() >= deadline:
            break
    with desk.begin() as connection:
        connection.execute(update_done(batch.id))
    return chunks


def _work_one(desk: Desk, batch: Batch) -> bool:
    try:
        with _begin(desk, batch) as connection:
            return connection.execute(work_chunk(batch)).one_or_none() is not None
    except DBAPIError as exc:
        if not _is_refusal(exc):
            raise
        if get_sqlstate(exc) not in REFERENCED_STATES:
            _logger.exception("The database refused part of an action on many tasks.")
    return _work_in_parts(desk, batch)


def _work_in_parts(desk: Desk, batch: Batch) -> bool:
    with _begin(desk, batch) as connection:
        chunk = connection.execute(take_chunk(batch.id)).one_or_none()
        if chunk is None:
            return False
        number, *arrays = chunk
        seen = [SeenTask(*one) for one in zip(*arrays, strict=True)]
        changed, refused = _change(connection, batch, seen)
        connection.execute(mark_chunk(batch, number, changed=changed, refused=refused))
    return True


def _change(connection: Connection, batch: Batch, seen: Sequence[SeenTask]) -> tuple[int, int]:
    # Halves, and halves of these, until what is refused stands alone and the others are changed.
    try:
        with connection.begin_nested():
            return connection.execute(work_tasks(batch, seen)).scalar_one(), 0
    except DBAPIError as exc:
        if not _is_refusal(exc):
            raise
    if len(seen) == 1:
        return 0, 1
    middle = len(seen) // 2
    first = _change(connection, batch, seen[:middle])
    second = _change(connection, batch, seen[middle:])
    return first[0] + second[0], first[1] + second[1]


def _is_refusal(exc: DBAPIError) -> bool:
    return translate_database_error(exc) is None and get_sqlstate(exc) != DEADLOCK_SQLSTATE


@contextmanager
def _begin(desk: Desk, batch: Batch) -> Iterator[Connection]:
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
            connection.execute(select(*set_locally({"lock_timeout": str(LOCK_MILLISECONDS)})))
            if is_undo or batch.kind is BulkAction.DELETE:
                # A reference that is checked at the end only would refuse a whole chunk.
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
