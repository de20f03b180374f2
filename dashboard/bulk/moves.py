"""A batch is started, stopped, gone on with and at its end, and the history says by whom."""

from sqlalchemy import Connection, Insert, Update, select

from dashboard.desk import Desk
from vision_tasks.attribution import set_locally
from vision_tasks.batch_entries import BatchDeed, insert_deed, insert_start
from vision_tasks.batch_queries import (
    select_all_ended,
    update_done,
    update_started,
    update_stopped,
)
from vision_tasks.batches import Batch, BatchState


def start(desk: Desk, batch: Batch, reason: str | None) -> bool:
    """Let a batch that is prepared run; False where it runs already."""
    with desk.begin(reason=reason, batch_id=batch.id) as connection:
        statement = update_started(batch.id, BatchState.PREPARED, reason=reason)
        return _move(connection, statement, insert_start(batch, reason))


def go_on(desk: Desk, batch: Batch) -> bool:
    """Let a batch that was stopped run again; False where it was not stopped."""
    with desk.begin(batch_id=batch.id) as connection:
        statement = update_started(batch.id, BatchState.STOPPED)
        return _move(connection, statement, insert_deed(batch, BatchDeed.GO_ON))


def stop(desk: Desk, batch: Batch) -> bool:
    """Stop a batch; what is done stays done. False where it did not run."""
    with desk.begin(batch_id=batch.id) as connection:
        # A lock_timeout of the role is for other locks; this wait ends with a chunk, and the
        # limit of a statement is in force.
        connection.execute(select(*set_locally({"lock_timeout": "0"})))
        connection.execute(select_all_ended(batch.id))
        return _move(connection, update_stopped(batch.id), insert_deed(batch, BatchDeed.STOP))


def end(desk: Desk, batch: Batch) -> bool:
    """Note that a batch is done; False where it did not run, or chunks of it are left."""
    with desk.begin(batch_id=batch.id) as connection:
        return _move(connection, update_done(batch.id), insert_deed(batch, BatchDeed.END))


def _move(connection: Connection, move: Update, entry: Insert) -> bool:
    if connection.execute(move).one_or_none() is None:
        return False
    connection.execute(entry)
    return True
