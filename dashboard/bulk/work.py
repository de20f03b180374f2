"""Doing a batch: chunk after chunk for a moment, a transaction each."""

import time
from contextlib import AbstractContextManager

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from dashboard.desk import Desk
from dashboard.tasks import REFERENCED_STATES
from vision_tasks.batch_queries import update_done
from vision_tasks.batches import Batch, BulkAction
from vision_tasks.bulk_queries import SeenTask
from vision_tasks.chunk_queries import mark_chunk, take_chunk, work_chunk, work_tasks
from vision_tasks.faults import get_sqlstate

WORK_SECONDS = 1.0
"""How long one request goes on to take chunks."""


def work(desk: Desk, batch: Batch, *, seconds: float = WORK_SECONDS) -> None:
    """Do chunks of a running batch until `seconds` are over or none is left that is free."""
    deadline = time.monotonic() + seconds
    while _work_one(desk, batch) and time.monotonic() < deadline:
        pass
    with desk.begin() as connection:
        connection.execute(update_done(batch.id))


def _work_one(desk: Desk, batch: Batch) -> bool:
    try:
        with _begin(desk, batch) as connection:
            return connection.execute(work_chunk(batch)).one_or_none() is not None
    except DBAPIError as exc:
        if get_sqlstate(exc) not in REFERENCED_STATES:
            raise
    return _work_singly(desk, batch)


def _work_singly(desk: Desk, batch: Batch) -> bool:
    # Some table refers to a task of this chunk, which stays while the others go.
    changed = in_use = 0
    with _begin(desk, batch) as connection:
        chunk = connection.execute(take_chunk(batch.id)).one_or_none()
        if chunk is None:
            return False
        number, ids, versions, births = chunk
        for seen in map(SeenTask, ids, versions, births):
            try:
                with connection.begin_nested():
                    changed += connection.execute(work_tasks(batch, [seen])).scalar_one()
            except DBAPIError as exc:
                if get_sqlstate(exc) not in REFERENCED_STATES:
                    raise
                in_use += 1
        connection.execute(mark_chunk(batch, number, changed=changed, in_use=in_use))
    return True


def _begin(desk: Desk, batch: Batch) -> AbstractContextManager[Connection]:
    if batch.kind is not BulkAction.UNDO:
        return desk.begin(reason=batch.reason, batch_id=batch.id)
    # What was a move in one direction is none in the other, but it is in the history.
    reason = batch.reason or f"Undo of {batch.description['undoes']}"
    return desk.begin(action="undo", reason=reason, batch_id=batch.id, free_move=True)
