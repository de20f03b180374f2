"""Rows that the new schema cannot hold."""

from alembic import op

from vision_tasks.migrating.errors import UnconvertibleMomentsError, UnconvertibleResultsError
from vision_tasks.migrating.preconditions import refuse_where_found

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
# In another encoding than UTF8, any escape may name a character that it lacks.
_NO_JSONB = r"""
SELECT id FROM tasks
 WHERE (result::text ~ '\\u(0000|[dD][89a-fA-F])|[0-9][eE]'
        OR (length(result::text) > 255 AND result::text ~ '[0-9]{255}')
        OR (getdatabaseencoding() <> 'UTF8' AND result::text ~ '\\u'))
   AND NOT pg_temp.tasks_is_jsonb(result)"""
# The opposite of tasks_moments_check; a moment that is missing is filled in.
_NO_MOMENTS = """
SELECT id FROM tasks
 WHERE created_at < '0001-01-02 00:00:00+00' OR created_at >= '9999-12-31 00:00:00+00'
    OR updated_at < '0001-01-02 00:00:00+00' OR updated_at >= '9999-12-31 00:00:00+00'"""


def refuse_unconvertible_results() -> None:
    """Raise UnconvertibleResultsError if any result of `tasks`, a json column, is none of jsonb."""
    op.execute(_IS_JSONB)
    refuse_where_found(_NO_JSONB, UnconvertibleResultsError)


def refuse_unconvertible_moments() -> None:
    """Raise UnconvertibleMomentsError if any moment lies outside of what `tasks` may hold."""
    refuse_where_found(_NO_MOMENTS, UnconvertibleMomentsError)
