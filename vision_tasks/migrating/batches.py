"""Changes of every row of `tasks` that stop nobody: a moment's work a transaction."""

import logging
import time

from alembic import op
from sqlalchemy import Connection, text

# As many rows as take about so long, for a row may hold a megabyte.
AIM_SECONDS = 0.25
LEAST_ROWS, MOST_ROWS = 20, 5_000
ROWS_PER_LINE = 100_000

_LOWEST_ID = "00000000-0000-0000-0000-000000000000"
_NEXT_ID = "SELECT id FROM tasks WHERE id > :last ORDER BY id OFFSET :skipped LIMIT 1"
# A row that a client holds is left for the end: neither waits for the other.
_PART = """
UPDATE tasks SET {assignments}
 WHERE id IN (SELECT id FROM tasks WHERE id >= {last} AND {condition}{until}
               ORDER BY id FOR UPDATE SKIP LOCKED)"""
# Alone in its transaction, a row can be waited for without a deadlock.
_REST = "SELECT id FROM tasks WHERE {condition}"
_ONE = "UPDATE tasks SET {assignments} WHERE id = {id} AND {condition}"
_SCRIPT = """
DO $batches$
DECLARE
  last uuid := '{lowest}';
  following uuid;
  size integer := {least};
  began timestamptz;
  one record;
BEGIN
  LOOP
    SELECT id INTO following FROM tasks WHERE id > last ORDER BY id OFFSET size - 1 LIMIT 1;
    began := clock_timestamp();
    {part};
    COMMIT;
    EXIT WHEN following IS NULL;
    last := following;
    size := greatest({least}, least({most}, size * 2, (size * {aim}
      / greatest(0.001, extract(epoch FROM clock_timestamp() - began)))::integer));
  END LOOP;
  FOR one IN {rest} LOOP
    {single};
    COMMIT;
  END LOOP;
END
$batches$"""

_logger = logging.getLogger("alembic.runtime.batches")


def update_in_batches(assignments: str, condition: str) -> None:
    """Assign to all rows of `tasks` that meet `condition`, which must no longer hold afterwards.

    Call it in an autocommit block. A run that is cut off goes on with the rows that are left.
    """
    if op.get_context().as_sql:
        op.execute(_format_script(assignments, condition))
        return
    connection = op.get_bind()
    _update_parts(connection, assignments, condition)
    rest = connection.execute(text(_REST.format(condition=condition))).scalars().all()
    one = text(_ONE.format(assignments=assignments, condition=condition, id=":id"))
    for task_id in rest:
        connection.execute(one, {"id": task_id})


def _update_parts(connection: Connection, assignments: str, condition: str) -> None:
    last: object = _LOWEST_ID
    rows, seen, told = LEAST_ROWS, 0, 0
    while last is not None:
        began = time.monotonic()
        following = connection.execute(text(_NEXT_ID), {"last": last, "skipped": rows - 1}).scalar()
        part = _PART.format(
            assignments=assignments,
            condition=condition,
            last=":last",
            until=" AND id <= :following" if following else "",
        )
        values = {"last": last} | ({"following": following} if following else {})
        connection.execute(text(part), values)
        last, seen = following, seen + rows
        rows = _adapt(rows, time.monotonic() - began)
        if seen - told >= ROWS_PER_LINE and last is not None:
            told = seen
            _logger.info("About %s rows are done", f"{seen:,}")


def _adapt(rows: int, seconds: float) -> int:
    wanted = int(rows * AIM_SECONDS / max(0.001, seconds))
    return max(LEAST_ROWS, min(MOST_ROWS, 2 * rows, wanted))


def _format_script(assignments: str, condition: str) -> str:
    part = _PART.format(
        assignments=assignments,
        condition=condition,
        last="last",
        until=" AND (following IS NULL OR id <= following)",
    )
    return _SCRIPT.format(
        lowest=_LOWEST_ID,
        least=LEAST_ROWS,
        most=MOST_ROWS,
        aim=AIM_SECONDS,
        part=part.strip(),
        rest=_REST.format(condition=condition),
        single=_ONE.format(assignments=assignments, condition=condition, id="one.id"),
    )
