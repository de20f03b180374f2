"""Indexes built and dropped while clients go on reading and writing."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from alembic import op
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from vision_tasks.faults import LOCK_NOT_AVAILABLE_SQLSTATE, get_sqlstate
from vision_tasks.migrating.errors import LongWaitError
from vision_tasks.migrating.extensions import reaching

PATIENCE = 5
"""How many times MIGRATION_LOCK_SECONDS a build waits, in whose way nobody queues meanwhile."""

_IS_VALID = text("""
SELECT indisvalid FROM pg_index
 WHERE indexrelid = to_regclass(:name) AND indrelid = to_regclass(:table)""")
_STRETCH = """
DO $stretch$
BEGIN
  PERFORM set_config(name, (setting::bigint {operator} {factor})::text, false)
    FROM pg_settings WHERE name = 'lock_timeout';
END
$stretch$"""


def create_index_concurrently(
    name: str,
    table: str,
    columns: Sequence[Any],
    *,
    extension: str | None = None,
    **options: Any,
) -> None:
    """Create an index of an existing table; `options` are those of `op.create_index`.

    `extension` is where its operator class comes from. It commits what was done before it in the
    same revision. A build that fails leaves nothing behind, and one that was killed is begun anew.
    """
    with op.get_context().autocommit_block():
        if op.get_context().as_sql:
            _drop(name, table)
            _create(name, table, columns, extension, options)
            return
        bind = op.get_bind()
        if bind.execute(_IS_VALID, {"name": name, "table": table}).scalar():
            return
        _drop(name, table)
        try:
            _create(name, table, columns, extension, options)
        except (DBAPIError, LongWaitError) as exc:
            if not getattr(exc, "connection_invalidated", False):
                _drop(name, table)
            raise


def drop_index_concurrently(name: str, table_name: str, **options: Any) -> None:
    """Drop an index, if it is there; it commits what was done before it in the same revision."""
    with op.get_context().autocommit_block():
        _drop(name, table_name, **options)


def _create(
    name: str,
    table: str,
    columns: Sequence[Any],
    extension: str | None,
    options: dict[str, Any],
) -> None:
    with _patiently(), reaching(extension):
        op.create_index(name, table, list(columns), postgresql_concurrently=True, **options)


def _drop(name: str, table: str, **options: Any) -> None:
    with _patiently():
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=True, **options)


@contextmanager
def _patiently() -> Iterator[None]:
    # Both wait for the transactions that were there before them. One long wait, for a second
    # build would only begin with the same one.
    op.execute(_STRETCH.format(operator="*", factor=PATIENCE))
    try:
        yield
    except DBAPIError as exc:
        if get_sqlstate(exc) == LOCK_NOT_AVAILABLE_SQLSTATE:
            raise LongWaitError from exc
        raise
    finally:
        op.execute(_STRETCH.format(operator="/", factor=PATIENCE))
