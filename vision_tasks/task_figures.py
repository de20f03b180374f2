"""How many tasks there are and how long they wait, at a price that does not grow with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, literal_column, select, text, true

from vision_tasks.lifecycle import TaskStatus
from vision_tasks.models import Task
from vision_tasks.queries import COUNT_LIMIT, select_oldest_waiting, select_status_counts

# The planner's own reckoning: rows in a page when it was last looked at, times the pages there
# are now, times the share of a status in the sample. See "Row Estimation Examples" of the manual.
_ESTIMATES = text("""
SELECT common.label, tuples * common.frequency AS estimate
  FROM pg_class
  JOIN pg_namespace ON pg_namespace.oid = relnamespace
  CROSS JOIN LATERAL (
    SELECT nullif(reltuples, -1) / nullif(relpages, 0)
           * (pg_relation_size(pg_class.oid) / current_setting('block_size')::int) AS tuples
  ) AS size
  JOIN pg_stats ON schemaname = nspname AND tablename = relname
   AND attname = 'status' AND NOT inherited
  CROSS JOIN LATERAL unnest(most_common_vals::text::text[], most_common_freqs)
    AS common (label, frequency)
 WHERE pg_class.oid = to_regclass('tasks')
""").columns(literal_column("label"), literal_column("estimate"))


@dataclass(frozen=True)
class TaskFigures:
    """Tasks by status, and the age in seconds of the PENDING one that was created first."""

    counts: dict[TaskStatus, float]
    oldest_pending_age_seconds: float


@dataclass(frozen=True)
class WaitingTask:
    """The PENDING task that was created first."""

    id: UUID
    filename: str
    created_at: datetime


@dataclass(frozen=True)
class TaskOverview:
    """Tasks by status, the one that waits longest if any does, and the database's moment `at`."""

    counts: dict[TaskStatus, float]
    waiting: WaitingTask | None
    at: datetime


def select_task_figures() -> Select[Any]:
    """Select (status, count, age) for each status, for `read_task_figures`.

    A count is exact up to COUNT_LIMIT; above that it is the planner's estimate, and more than
    COUNT_LIMIT where it has none.
    """
    counted = select_status_counts().subquery()
    estimates = _ESTIMATES.subquery()
    oldest = select_oldest_waiting().with_only_columns(Task.created_at).scalar_subquery()
    return select(
        counted.c.status,
        case(
            (counted.c.count <= COUNT_LIMIT, counted.c.count),
            else_=func.greatest(counted.c.count, estimates.c.estimate),
        ),
        func.coalesce(func.extract("epoch", func.clock_timestamp() - oldest), 0),
    ).join_from(counted, estimates, counted.c.status == estimates.c.label, isouter=True)


def select_overview() -> Select[Any]:
    """Select the figures and the task that waits longest at once, for `read_overview`."""
    oldest = select_oldest_waiting().subquery()
    return (
        select_task_figures()
        .add_columns(oldest.c.id, oldest.c.filename, oldest.c.created_at, func.now())
        .outerjoin(oldest, true())
    )


def read_overview(rows: Sequence[Sequence[Any]]) -> TaskOverview:
    """Read the rows of `select_overview`."""
    *_, task_id, filename, created_at, at = rows[0]
    waiting = None if task_id is None else WaitingTask(task_id, filename, created_at)
    return TaskOverview(read_task_figures([row[:3] for row in rows]).counts, waiting, at)


def read_task_figures(rows: Sequence[Sequence[Any]]) -> TaskFigures:
    """Read the rows of `select_task_figures`."""
    counts = {TaskStatus(status): float(round(count)) for status, count, _ in rows}
    # A clock that was put back makes nobody wait for less than no time.
    return TaskFigures(counts, max(0.0, float(rows[0][2])))
