"""Changes of every row of `tasks` that stop nobody: a few thousand rows a transaction."""

import logging

from alembic import op
from sqlalchemy import Connection, text

ROWS_PER_TRANSACTION = 5_000
ROWS_PER_LINE = 100_000

_LOWEST_ID = "00000000-0000-0000-0000-000000000000"
_NEXT_ID = "SELECT id FROM tasks WHERE id > :last ORDER BY id OFFSET :skipped LIMIT 1"
# A row that a client holds is left for the end: neither waits for the other, and no deadlock.
_PART = """
UPDATE tasks SET {assignments}
 WHERE id IN (SELECT id FROM tasks WHERE id >= {last} AND {condition}{until}
               ORDER BY id FOR UPDATE SKIP LOCKED)"""
_REST = "UPDATE tasks SET {assignments} WHERE {condition}"
_SCRIPT = """
DO $batches$
DECLARE
  last uuid := '{lowest}';
  following uuid;
BEGIN
  LOOP
    SELECT id INTO following FROM tasks WHERE id > last ORDER BY id OFFSET {rows} - 1 LIMIT 1;
    {part};
    COMMIT;
    EXIT WHEN following IS NULL;
    last := following;
  END LOOP;
END
$batches$"""

_logger = logging.getLogger("alembic.runtime.batches")


def update_in_batches(assignments: str, condition: str) -> None:
    """Assign to all rows of `tasks` that meet `condition`, which must no longer hold afterwards.

    Call it in an autocommit block. A run that is cut off goes on with the rows that are left.
    """
    if op.get_context().as_sql:
        part = _PART.format(
            assignments=assignments,
            condition=condition,
            last="last",
            until=" AND (following IS NULL OR id <= following)",
        )
        op.execute(_SCRIPT.format(lowest=_LOWEST_ID, rows=ROWS_PER_TRANSACTION, part=part.strip()))
    else:
        _update_parts(op.get_bind(), assignments, condition)
    op.execute(_REST.format(assignments=assignments, condition=condition))


def _update_parts(connection: Connection, assignments: str, condition: str) -> None:
    last: object = _LOWEST_ID
    seen = 0
    while last is not None:
        skipped = ROWS_PER_TRANSACTION - 1
        following = connection.execute(text(_NEXT_ID), {"last": last, "skipped": skipped}).scalar()
        part = _PART.format(
            assignments=assignments,
            condition=condition,
            last=":last",
            until=" AND id <= :following" if following else "",
        )
        values = {"last": last} | ({"following": following} if following else {})
        connection.execute(text(part), values)
        last, seen = following, seen + ROWS_PER_TRANSACTION
        if seen % ROWS_PER_LINE == 0 and last is not None:
            _logger.info("%s rows are done", f"{seen:,}")
