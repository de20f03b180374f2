"""Doing a batch: chunk after chunk for a moment, a transaction each."""

import logging
import time

from sqlalchemy.exc import DBAPIError

from dashboard.bulk.moves import end, join
from dashboard.bulk.parts import halve, is_refusal, work_in_parts
from dashboard.bulk.transactions import begin_chunk
from dashboard.desk import Desk
from dashboard.tasks import REFERENCED_STATES
from vision_tasks.batches import Batch
from vision_tasks.chunk_queries import work_chunk
from vision_tasks.errors import DatabaseTimeoutError
from vision_tasks.faults import get_sqlstate

WORK_SECONDS = 1.0
"""How long one request goes on to take chunks."""

_logger = logging.getLogger(__name__)


def work(desk: Desk, batch: Batch, *, seconds: float = WORK_SECONDS) -> int:
    """Do chunks of a running batch until `seconds` are over or none is free; returns how many.

    One that takes too long is halved, which counts: there are fewer to do each time, or smaller.
    Raises BatchBusyError where somebody else holds a task for too long; what is done stays done.
    """
    deadline = time.monotonic() + seconds
    join(desk, batch)
    chunks = 0
    while _work_one(desk, batch):
        chunks += 1
        if time.monotonic() >= deadline:
            break
    end(desk, batch)
    return chunks


def _work_one(desk: Desk, batch: Batch) -> bool:
    try:
        return _work_whole(desk, batch)
    except DatabaseTimeoutError:
        _logger.warning("Part of an action on many tasks took too long; it goes on in halves.")
        return halve(desk, batch)


def _work_whole(desk: Desk, batch: Batch) -> bool:
    try:
        with begin_chunk(desk, batch) as connection:
            return connection.execute(work_chunk(batch)).one_or_none() is not None
    except DBAPIError as exc:
        if not is_refusal(exc):
            raise
        if get_sqlstate(exc) not in REFERENCED_STATES:
            _logger.exception("The database refused part of an action on many tasks.")
    return work_in_parts(desk, batch)
