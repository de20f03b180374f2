"""The list narrowed to what it is not ordered by, by each of the ways to look for that."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, literal_column, select

from vision_tasks.attribution import set_locally
from vision_tasks.models import Task
from vision_tasks.records import Position, TaskFilter
from vision_tasks.search_ways import Lookup, Scouting, Way, count_scouted
from vision_tasks.task_filters import (
    bound_moment,
    get_moment,
    list_order,
    list_remaining,
    list_searched,
    list_walked,
)

# Room to note every single task that an index finds (else whole pages are noted and read), no
# compiling of what runs for milliseconds, and a plan for this part of a filename, not for any.
_SETTINGS = {"work_mem": "32MB", "jit": "off", "plan_cache_mode": "force_custom_plan"}


def select_scouting(task_filter: TaskFilter, position: Position | None) -> Select[Any]:
    """Select a row for `read_scouting`; it settles the rest of the transaction for a search."""
    walked = _walk(task_filter, position, count_scouted(task_filter)).subquery()
    moment = get_moment(task_filter, walked.c)
    columns: list[Any] = [
        func.count(),
        func.count().filter(and_(*list_searched(task_filter, walked.c))),
        func.min(moment),
        func.max(moment),
        *set_locally(_SETTINGS),
    ]
    return select(*columns).select_from(walked)


def read_scouting(row: Sequence[Any]) -> Scouting:
    """Take a row of `select_scouting`."""
    return Scouting(*row[: -len(_SETTINGS)])


def select_matches(
    task_filter: TaskFilter, position: Position | None, way: Way, *, limit: int
) -> Select[Any]:
    """Select the keys of the first `limit` tasks of the list, as far as that way leads."""
    if isinstance(way, Lookup):
        return _look_up(task_filter, position, way.bound, limit)
    walked = _walk(task_filter, position, way.rows).subquery()
    return (
        select(walked)
        .where(*list_searched(task_filter, walked.c))
        .order_by(*list_order(task_filter, position, walked.c))
        .limit(limit)
    )


def select_reach(task_filter: TaskFilter, position: Position | None, rows: int) -> Select[Any]:
    """Select moment and id of the last of the first `rows` tasks; no row where they are fewer."""
    return (
        select(get_moment(task_filter), Task.id)
        .where(*list_walked(task_filter, position))
        .order_by(*list_order(task_filter, position))
        .offset(rows - 1)
        .limit(1)
    )


def _look_up(
    task_filter: TaskFilter, position: Position | None, bound: datetime | None, limit: int
) -> Select[Any]:
    backward = position is not None and position.backward
    # In these words a BRIN index knows the stretch of the list too.
    ends = [position.moment if position else None, bound]
    since, until = ends if backward else reversed(ends)
    # No index has this order, so none is walked for it.
    key = [get_moment(task_filter) + literal_column("interval '0'"), Task.id]
    found = (
        select(Task.id, Task.created_at, Task.updated_at, Task.status)
        .where(*list_remaining(task_filter, position), *bound_moment(task_filter, since, until))
        .order_by(*(column.asc() if backward else column.desc() for column in key))
        .limit(limit)
        .subquery()
    )
    return select(found).order_by(*list_order(task_filter, position, found.c)).limit(limit)


def _walk(task_filter: TaskFilter, position: Position | None, rows: int | None) -> Select[Any]:
    columns: list[Any] = [Task.id, Task.created_at, Task.updated_at, Task.status, Task.filename]
    if task_filter.result:
        columns.append(Task.result)
    walked = (
        select(*columns)
        .where(*list_walked(task_filter, position))
        .order_by(*list_order(task_filter, position))
    )
    # An end or a beginning, so that nothing is looked for by an index in here. A constant, since
    # for a parameter PostgreSQL would plan to read a tenth of the table.
    if rows is None:
        return walked.offset(literal_column("0"))
    return walked.limit(literal_column(str(rows)))
