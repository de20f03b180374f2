"""The list narrowed to a part of the filename, by each of the ways to look for it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal_column, select

from vision_tasks.attribution import set_locally
from vision_tasks.models import Task
from vision_tasks.records import Position, TaskFilter
from vision_tasks.search_ways import Lookup, Scouting, Way, count_scouted
from vision_tasks.task_filters import list_conditions, list_order, list_remaining, match_filename

# Room to note every single task that an index finds (else whole pages are noted and read), no
# compiling of what runs for milliseconds, and a plan for this part of a filename, not for any.
_SETTINGS = {"work_mem": "32MB", "jit": "off", "plan_cache_mode": "force_custom_plan"}


def select_scouting(task_filter: TaskFilter, position: Position | None) -> Select[Any]:
    """Select a row for `read_scouting`; it settles the rest of the transaction for a search."""
    walked = _walk(task_filter, position, count_scouted(task_filter)).subquery()
    columns: list[Any] = [
        func.count(),
        func.count().filter(match_filename(walked.c.filename, task_filter.filename or "")),
        func.min(walked.c.created_at),
        func.max(walked.c.created_at),
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
    part = task_filter.filename or ""
    if way.rows is None:
        # No index has this expression, so what is left is to go through the list.
        filename = Task.filename.concat("")
        everything = _list_all(task_filter, position)
        return everything.where(match_filename(filename, part)).limit(limit)
    walked = _walk(task_filter, position, way.rows).subquery()
    return (
        select(walked)
        .where(match_filename(walked.c.filename, part))
        .order_by(*list_order(task_filter, position, walked.c))
        .limit(limit)
    )


def _look_up(
    task_filter: TaskFilter, position: Position | None, bound: datetime | None, limit: int
) -> Select[Any]:
    backward = position is not None and position.backward
    # In these words a BRIN index knows the stretch of the list too.
    ends = [position.created_at if position else None, bound]
    since, until = ends if backward else reversed(ends)
    stretch = list_conditions(TaskFilter(created_from=since))
    if until is not None:
        stretch.append(Task.created_at <= until)
    # No index has this order, so none is walked for it.
    key = [Task.created_at + literal_column("interval '0'"), Task.id]
    found = (
        select(Task.id, Task.created_at, Task.status)
        .where(*list_remaining(task_filter, position), *stretch)
        .order_by(*(column.asc() if backward else column.desc() for column in key))
        .limit(limit)
        .subquery()
    )
    return select(found).order_by(*list_order(task_filter, position, found.c)).limit(limit)


def _walk(task_filter: TaskFilter, position: Position | None, rows: int) -> Select[Any]:
    # A constant, since for a parameter PostgreSQL would plan to read a tenth of the table.
    return _list_all(task_filter, position).limit(literal_column(str(rows)))


def _list_all(task_filter: TaskFilter, position: Position | None) -> Select[Any]:
    columns: list[Any] = [Task.id, Task.created_at, Task.status, Task.filename]
    others = replace(task_filter, filename=None)
    return (
        select(*columns)
        .where(*list_remaining(others, position))
        .order_by(*list_order(task_filter, position))
    )
