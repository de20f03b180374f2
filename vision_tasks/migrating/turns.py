"""One migration of a database at a time, whoever starts it and wherever."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from vision_tasks.migrating.errors import MigrationLockedError
from vision_tasks.migrating.sessions import find_advisory_holder

# Any constant will do, so long as no other program on this database takes the same one.
ADVISORY_LOCK_KEY = 0x7213_EFFA_643D
POLL_SECONDS = 0.2

_logger = logging.getLogger("alembic.runtime.turns")
_TRY = text("SELECT pg_try_advisory_lock(:key)")
_UNLOCK = text("SELECT pg_advisory_unlock(:key)")


@contextmanager
def take_turn(connection: Connection, *, seconds: float) -> Iterator[None]:
    """Hold the migrations' lock on the very session that migrates: neither outlives the other.

    Raises MigrationLockedError, naming the holder, when it is not free within `seconds`.
    """
    key = {"key": ADVISORY_LOCK_KEY}
    deadline = time.monotonic() + seconds
    is_told = False
    # Asked for again and again, each time in a transaction of its own: a statement that waits
    # inside PostgreSQL holds a snapshot, and CREATE INDEX CONCURRENTLY in the migration that runs
    # would wait for its end.
    while not connection.execute(_TRY, key).scalar():
        holder = find_advisory_holder(connection, ADVISORY_LOCK_KEY)
        connection.rollback()
        if time.monotonic() > deadline:
            raise MigrationLockedError(seconds, holder)
        if not is_told:
            _logger.info("Waiting for another migration: %s", holder)
            is_told = True
        time.sleep(POLL_SECONDS)
    connection.commit()
    try:
        yield
    finally:
        # A session that is lost has lost its lock as well.
        with suppress(SQLAlchemyError):
            connection.rollback()
            connection.execute(_UNLOCK, key)
            connection.commit()
