"""What a revision needs to find, asked before it changes anything, online and by psql."""

from alembic import op
from sqlalchemy import text

from vision_tasks.migrating.errors import UnmetPreconditionError

NAMED = 10

_FIND = (
    "SELECT name::text, count(*) OVER () FROM ({found}) AS found (name) ORDER BY 1 LIMIT {named}"
)
# For a script that psql runs, where no Python can look at what was found. It holds no percent
# sign, which Alembic would print twice.
_REFUSE = """
DO $refuse$
DECLARE
  names text;
BEGIN
  SELECT string_agg(name::text, ', ') INTO names
    FROM (SELECT name FROM ({found}) AS found (name) LIMIT {named}) AS some_found;
  IF names IS NOT NULL THEN
    RAISE EXCEPTION USING MESSAGE = '{reason}: ' || names, HINT = '{fix}.';
  END IF;
END
$refuse$"""


def refuse_where_found(found: str, error: type[UnmetPreconditionError]) -> None:
    """Raise `error` with what the query `found`, of one column, finds."""
    if op.get_context().as_sql:
        op.execute(_REFUSE.format(found=found, named=NAMED, reason=error.REASON, fix=error.FIX))
        return
    rows = op.get_bind().execute(text(_FIND.format(found=found, named=NAMED))).all()
    if rows:
        raise error([row[0] for row in rows], rows[0][1])
