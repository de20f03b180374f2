"""Results that `json` accepts and `jsonb` does not, found before anything is changed."""

from alembic import context, op
from sqlalchemy import text

from vision_tasks.upgrade import UnconvertibleResultsError

NAMED_IDS = 10
# Not pg_input_is_valid(), which PostgreSQL has only from 16 on.
IS_JSONB = """
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
FIND = r"""
SELECT id, count(*) OVER () FROM tasks
 WHERE result::text ~ '\\u(0000|[dD][89a-fA-F])|[0-9][eE]|[0-9]{255}'
   AND NOT pg_temp.tasks_is_jsonb(result)
 ORDER BY id LIMIT :named"""


def refuse_unconvertible_results() -> None:
    """Raise UnconvertibleResultsError if any result of `tasks`, a json column, is none of jsonb."""
    if context.is_offline_mode():
        return
    connection = op.get_bind()
    connection.execute(text(IS_JSONB))
    found = connection.execute(text(FIND), {"named": NAMED_IDS}).all()
    if found:
        raise UnconvertibleResultsError([row[0] for row in found], found[0][1])
