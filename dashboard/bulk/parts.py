"""A chunk that cannot be done whole: in parts, or in two chunks, until what keeps it is alone."""

import math
import time
from collections.abc import Sequence

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from dashboard.bulk.transactions import limit_seconds
from dashboard.bulk.turns import Turn
from vision_tasks.batches import Batch
from vision_tasks.bulk_queries import SeenTask
from vision_tasks.chunk_queries import halve_chunk, mark_chunk, select_chunk, work_tasks
from vision_tasks.errors import DatabaseTimeoutError
from vision_tasks.faults import (
    DEADLOCK_SQLSTATE,
    QUERY_CANCELED_SQLSTATE,
    get_sqlstate,
    translate_database_error,
)


def is_refusal(exc: DBAPIError) -> bool:
    """Tell whether it was some task that the database refused to change, so others may be."""
    return translate_database_error(exc) is None and get_sqlstate(exc) != DEADLOCK_SQLSTATE


def work_in_parts(turn: Turn) -> bool:
    """Take a chunk and change all of it but what is refused; False where none is free.

    Raises DatabaseTimeoutError where that takes too long; nothing of the chunk is done then.
    """
    deadline = time.monotonic() + limit_seconds(turn.desk)
    with turn.take() as (connection, chunk):
        if chunk is not None:
            _work(connection, turn.batch, chunk.number, deadline)
    return chunk is not None


def halve(turn: Turn) -> bool:
    """Take a chunk and make two of it; a task that is alone is changed, or kept for good.

    So nothing is tried for ever. False where no chunk is free.
    """
    # Not always the one that took too long, where others work on the batch: a smaller chunk does no
    # harm, and a task is tried here before it is given up.
    with turn.take() as (connection, chunk):
        if chunk is None:
            return False
        if chunk.tasks > 1:
            connection.execute(halve_chunk(turn.batch.id, chunk.number))
        else:
            _work(connection, turn.batch, chunk.number)
    return True


def _work(connection: Connection, batch: Batch, number: int, deadline: float = math.inf) -> None:
    arrays = connection.execute(select_chunk(batch.id, number)).one()
    seen = [SeenTask(*one) for one in zip(*arrays, strict=True)]
    changed, refused = _change(connection, batch, seen, deadline)
    connection.execute(mark_chunk(batch, number, changed=changed, refused=refused))


def _change(
    connection: Connection, batch: Batch, seen: Sequence[SeenTask], deadline: float
) -> tuple[int, int]:
    # Halves, and halves of these, until what is refused stands alone and the others are changed.
    if time.monotonic() > deadline:
        raise DatabaseTimeoutError
    is_alone = len(seen) == 1
    try:
        with connection.begin_nested():
            return connection.execute(work_tasks(batch, seen)).scalar_one(), 0
    except DBAPIError as exc:
        is_too_slow = is_alone and get_sqlstate(exc) == QUERY_CANCELED_SQLSTATE
        if not (is_refusal(exc) or is_too_slow):
            raise
    if is_alone:
        return 0, 1
    middle = len(seen) // 2
    first = _change(connection, batch, seen[:middle], deadline)
    second = _change(connection, batch, seen[middle:], deadline)
    return first[0] + second[0], first[1] + second[1]
