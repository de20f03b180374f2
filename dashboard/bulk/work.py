"""Doing a batch: chunk after chunk for a moment, a transaction each."""

import logging
import time

from sqlalchemy.exc import DBAPIError

from dashboard.bulk.errors import BatchBusyError
from dashboard.bulk.moves import end
from dashboard.bulk.parts import halve, is_refusal, work_in_parts
from dashboard.bulk.turns import Turn
from dashboard.desk import Desk
from dashboard.tasks import REFERENCED_STATES
from vision_tasks.batches import Batch
from vision_tasks.chunk_queries import work_chunk
from vision_tasks.errors import DatabaseTimeoutError
from vision_tasks.faults import get_sqlstate

WORK_SECONDS = 1.0
"""How long one request goes on to take chunks."""
HELD_SECONDS = 5.0
"""How long it goes past chunks that somebody holds a task of, in search of another."""
LOCK_SECONDS = 2.0
"""How long it waits for such a task where there was no other; nobody can stop the batch then."""

_logger = logging.getLogger(__name__)


def work(desk: Desk, batch: Batch, *, seconds: float = WORK_SECONDS) -> int:
    """Do chunks of a running batch until `seconds` are over or none is free; returns how many.

    One that takes too long is halved, which counts: there are fewer to do each time, or smaller.
    One with a task that somebody else holds is passed over, and is free for the next call. Raises
    BatchBusyError where no other could be done.
    """
    turn = Turn(desk, batch)
    chunks = _work_free(turn, seconds)
    if not chunks and turn.has_passed_over:
        chunks += _work_one(Turn(desk, batch, lock_seconds=LOCK_SECONDS))
    end(desk, batch)
    return chunks


def _work_free(turn: Turn, seconds: float) -> int:
    began = time.monotonic()
    chunks = 0
    while True:
        try:
            if not _work_one(turn):
                return chunks
            chunks += 1
        except BatchBusyError:
            if turn.number is None:
                raise
            turn.after = turn.number
        if time.monotonic() - began >= (seconds if chunks else HELD_SECONDS):
            return chunks


def _work_one(turn: Turn) -> bool:
    try:
        return _work_whole(turn)
    except DatabaseTimeoutError:
        _logger.warning("Part of an action on many tasks took too long; it goes on in halves.")
        return halve(turn)


def _work_whole(turn: Turn) -> bool:
    try:
        with turn.take() as (connection, chunk):
            if chunk is None:
                return False
            connection.execute(work_chunk(turn.batch, chunk.number))
            return True
    except DBAPIError as exc:
        if not is_refusal(exc):
            raise
        if get_sqlstate(exc) not in REFERENCED_STATES:
            _logger.exception("The database refused part of an action on many tasks.")
    return work_in_parts(turn)
