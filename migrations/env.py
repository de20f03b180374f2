"""How Alembic runs our revisions: one at a time, with bounded waits, with or without Flask."""

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from vision_tasks.config import Settings, load_settings
from vision_tasks.database import create_sync_engine
from vision_tasks.errors import ConfigurationError, VisionTasksError
from vision_tasks.faults import (
    LOCK_NOT_AVAILABLE_SQLSTATE,
    get_sqlstate,
    translate_database_error,
)
from vision_tasks.models import Task
from vision_tasks.upgrade import MigrationFailedError, MigrationLockedError, TableLockedError

# Any constant will do, so long as no other program on this database takes the same one.
ADVISORY_LOCK_KEY = 0x7213_EFFA_643D
ADVISORY_LOCK_SECONDS = 60
ADVISORY_LOCK_POLL_SECONDS = 0.2

config = context.config
metadata = Task.metadata
in_process = "settings" in config.attributes


def _include_name(name: str | None, type_: str, _parents: Any) -> bool:
    # Tables of a host that shares the database are none of ours.
    return type_ != "table" or name in metadata.tables


def _configure(**arguments: Any) -> None:
    context.configure(
        target_metadata=metadata,
        include_name=_include_name,
        compare_server_default=True,
        transaction_per_migration=True,
        **arguments,
    )
    with context.begin_transaction():
        context.run_migrations()


@contextmanager
def _one_at_a_time(connection: Connection) -> Iterator[None]:
    # Asked for again and again, in autocommit: a statement that waits inside PostgreSQL holds a
    # snapshot, and CREATE INDEX CONCURRENTLY in the upgrade that runs would wait for its end.
    deadline = time.monotonic() + ADVISORY_LOCK_SECONDS
    key = {"key": ADVISORY_LOCK_KEY}
    while not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), key).scalar():
        if time.monotonic() > deadline:
            raise MigrationLockedError(ADVISORY_LOCK_SECONDS)
        time.sleep(ADVISORY_LOCK_POLL_SECONDS)
    try:
        yield
    finally:
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)


def _run_online(settings: Settings) -> None:
    # One connection for the lock, one for the work, however small the pool of the apps is.
    pair = settings.model_copy(update={"DATABASE_POOL_SIZE": 2})
    engine = create_sync_engine(pair, application="vision-tasks-migrations")
    try:
        with (
            engine.connect().execution_options(isolation_level="AUTOCOMMIT") as lock_connection,
            _one_at_a_time(lock_connection),
            engine.connect() as connection,
        ):
            milliseconds = round(settings.MIGRATION_LOCK_SECONDS * 1000)
            # Whatever the role or the database has for short statements is no limit for these.
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text(f"SET lock_timeout = {milliseconds}"))
            connection.commit()
            _configure(connection=connection)
    finally:
        engine.dispose()


def _run(settings: Settings) -> None:
    if context.is_offline_mode():
        _configure(dialect_name="postgresql", literal_binds=True)
        return
    try:
        _run_online(settings)
    except VisionTasksError:
        raise
    except Exception as exc:
        if get_sqlstate(exc) == LOCK_NOT_AVAILABLE_SQLSTATE:
            raise TableLockedError(settings.MIGRATION_LOCK_SECONDS) from exc
        if error := translate_database_error(exc):
            raise error from exc
        if in_process and isinstance(exc, DBAPIError):
            raise MigrationFailedError(
                f"PostgreSQL refuses a migration (SQLSTATE {get_sqlstate(exc)});"
                " `flask db upgrade` shows which statement and why."
            ) from exc
        raise


if in_process:
    _run(config.attributes["settings"])
else:
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(message)s"
    )
    logging.getLogger("alembic").setLevel(logging.INFO)
    try:
        configured = load_settings()
        try:
            _run(configured)
        except VisionTasksError as exc:
            raise CommandError(f"{exc} ({configured.database_place})") from exc
    except ConfigurationError as exc:
        raise CommandError(str(exc)) from exc
