"""Rows that the new schema cannot hold, found before they stop a migration."""

from alembic import op
from sqlalchemy import text

from vision_tasks.migrating.errors import (
    UnconvertibleMomentsError,
    UnconvertibleResultsError,
    UnconvertibleRowsError,
)

NAMED_IDS = 10
# Not pg_input_is_valid(), which PostgreSQL has only from 16 on.
_IS_JSONB = """
CREATE OR REPLACE FUNCTION pg_temp.tasks_is_jsonb(value json) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM value::text::jsonb;
  RETURN true;
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
  RETURN false;
END
$$"""
# What can fail has such an escape or a large number in it; the rest need not be tried one by one.
_NO_JSONB = r"""
(result::text ~ '\\u(0000|[dD][89a-fA-F])|[0-9][eE]'
 OR (length(result::text) > 255 AND result::text ~ '[0-9]{255}'))
AND NOT pg_temp.tasks_is_jsonb(result)"""
# The opposite of tasks_moments_check; a moment that is missing is filled in.
_NO_MOMENTS = """
created_at < '0001-01-02 00:00:00+00' OR created_at >= '9999-12-31 00:00:00+00'
OR updated_at < '0001-01-02 00:00:00+00' OR updated_at >= '9999-12-31 00:00:00+00'"""
_FIND = "SELECT id, count(*) OVER () FROM tasks WHERE {condition} ORDER BY id LIMIT :named"
# For a script that psql runs, where no Python can look at what was found.
_REFUSE = """
DO $refuse$
DECLARE
  ids text;
BEGIN
  SELECT string_agg(id::text, ', ' ORDER BY id) INTO ids
    FROM (SELECT id FROM tasks WHERE {condition} ORDER BY id LIMIT {named}) AS found;
  IF ids IS NOT NULL THEN
    RAISE EXCEPTION USING MESSAGE = {reason} || ': ' || ids,
      HINT = 'Correct these tasks, then run the script again.';
  END IF;
END
$refuse$"""


def refuse_unconvertible_results() -> None:
    """Raise UnconvertibleResultsError if any result of `tasks`, a json column, is none of jsonb."""
    op.execute(_IS_JSONB)
    _refuse(_NO_JSONB, UnconvertibleResultsError)


def refuse_unconvertible_moments() -> None:
    """Raise UnconvertibleMomentsError if any moment lies outside of what `tasks` may hold."""
    _refuse(_NO_MOMENTS, UnconvertibleMomentsError)


def _refuse(condition: str, error: type[UnconvertibleRowsError]) -> None:
    if op.get_context().as_sql:
        reason = f"'{error.REASON}'"
        op.execute(_REFUSE.format(condition=condition, named=NAMED_IDS, reason=reason))
        return
    find = text(_FIND.format(condition=condition))
    found = op.get_bind().execute(find, {"named": NAMED_IDS}).all()
    if found:
        raise error([row[0] for row in found], found[0][1])
