"""Results that `json` accepts and `jsonb` does not, found before they stop a migration."""

from alembic import op
from sqlalchemy import text

from vision_tasks.migrating.errors import UnconvertibleResultsError

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
_UNCONVERTIBLE = r"""
  FROM tasks
 WHERE (result::text ~ '\\u(0000|[dD][89a-fA-F])|[0-9][eE]'
        OR (length(result::text) > 255 AND result::text ~ '[0-9]{255}'))
   AND NOT pg_temp.tasks_is_jsonb(result)"""
_FIND = f"SELECT id, count(*) OVER () {_UNCONVERTIBLE} ORDER BY id LIMIT :named"
# For a script that psql runs, where no Python can look at what was found.
_REFUSE = f"""
DO $refuse$
DECLARE
  ids text;
BEGIN
  SELECT string_agg(id::text, ', ' ORDER BY id) INTO ids
    FROM (SELECT id {_UNCONVERTIBLE} LIMIT {NAMED_IDS}) AS found;
  IF ids IS NOT NULL THEN
    RAISE EXCEPTION USING
      MESSAGE = 'jsonb cannot store the results of these tasks: ' || ids,
      HINT = 'Correct these results, or set them to NULL, and run the script again.';
  END IF;
END
$refuse$"""  # noqa: S608


def refuse_unconvertible_results() -> None:
    """Raise UnconvertibleResultsError if any result of `tasks`, a json column, is none of jsonb."""
    op.execute(_IS_JSONB)
    if op.get_context().as_sql:
        op.execute(_REFUSE)
        return
    found = op.get_bind().execute(text(_FIND), {"named": NAMED_IDS}).all()
    if found:
        raise UnconvertibleResultsError([row[0] for row in found], found[0][1])
