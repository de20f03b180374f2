"""Extensions of PostgreSQL that a revision needs, wherever in the database they live."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import op
from sqlalchemy.exc import DBAPIError

from vision_tasks.faults import get_sqlstate
from vision_tasks.migrating.errors import ExtensionError

# One of a database serves all its schemas, so it goes where all of them would look for it.
# No percent sign, which Alembic would print twice in a script.
_CREATE = """
DO $extension$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = '{name}') THEN
    EXECUTE 'CREATE EXTENSION {name} SCHEMA '
      || CASE WHEN to_regnamespace('public') IS NULL THEN quote_ident(current_schema())
              ELSE 'public' END;
  END IF;
END
$extension$"""
_REACH = """
DO $reach$
BEGIN
  PERFORM set_config('vision_tasks.search_path', current_setting('search_path'), false);
  PERFORM set_config('search_path',
                     concat_ws(', ', nullif(current_setting('search_path'), ''),
                               extnamespace::regnamespace::text), false)
    FROM pg_extension WHERE extname = '{name}';
END
$reach$"""
_LEAVE = """
DO $leave$
BEGIN
  PERFORM set_config('search_path', current_setting('vision_tasks.search_path'), false);
END
$leave$"""


def require_extension(name: str) -> None:
    """Create an extension unless the database has it; raises ExtensionError where it may not.

    Nothing drops it again: by then somebody else may use it, and no dependency would tell.
    """
    try:
        op.execute(_CREATE.format(name=name))
    except DBAPIError as exc:
        if get_sqlstate(exc) in ExtensionError.REASONS:
            raise ExtensionError(name, str(get_sqlstate(exc))) from exc
        raise


@contextmanager
def reaching(extension: str | None) -> Iterator[None]:
    """Let names of `extension` be found inside, behind those of the session's search_path.

    It belongs outside of a transaction. In a schema of the desk's own it would not be found.
    """
    if extension is None:
        yield
        return
    op.execute(_REACH.format(name=extension))
    try:
        yield
    finally:
        op.execute(_LEAVE)
