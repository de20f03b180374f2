"""What narrows a list of tasks, which way it runs, and where it goes on."""

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, any_, cast, literal, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, array

from vision_tasks.models import Task
from vision_tasks.records import Position, TaskFilter


def list_conditions(task_filter: TaskFilter) -> list[ColumnElement[bool]]:
    """Write what holds of the tasks that a filter lets through."""
    conditions: list[ColumnElement[bool]] = []
    if task_filter.status is not None:
        # Of a plain comparison PostgreSQL would conclude that `list_order` need not name it.
        one = cast(array([literal(task_filter.status.value)]), ARRAY(Task.status.type))
        conditions.append(Task.status == any_(one))
    if task_filter.filename is not None:
        conditions.append(match_filename(Task.filename, task_filter.filename))
    if task_filter.task_id is not None:
        conditions.append(Task.id == task_filter.task_id)
    if task_filter.created_from is not None:
        conditions.append(Task.created_at >= task_filter.created_from)
    if task_filter.created_to is not None:
        conditions.append(Task.created_at < task_filter.created_to)
    return conditions


def match_filename(filename: Any, part: str) -> ColumnElement[bool]:
    """Write that the column `filename` contains `part`, in any case."""
    matches: ColumnElement[bool] = filename.icontains(part, autoescape=True)
    return matches


def list_remaining(task_filter: TaskFilter, position: Position | None) -> list[ColumnElement[bool]]:
    """Write what holds of the tasks of the list on the side of `position` that it goes on to."""
    if position is None:
        return list_conditions(task_filter)
    key = tuple_(Task.created_at, Task.id)
    mark = tuple_(literal(position.created_at), literal(position.id))
    return [
        *list_conditions(_drop_implied(task_filter, position)),
        key > mark if position.backward else key < mark,
    ]


def list_order(
    task_filter: TaskFilter, position: Position | None, tasks: Any = Task
) -> list[ColumnElement[Any]]:
    """Order the list: newest first, or oldest first from `position` on when it goes backward.

    `tasks` holds the columns. Those of one status are ordered by that as well, which changes
    nothing but that only the index of the statuses has this order: PostgreSQL expects each status
    to be spread evenly, and would go through a million newer tasks of another.
    """
    columns = [tasks.created_at, tasks.id]
    if task_filter.status is not None:
        columns.insert(0, tasks.status)
    if position is not None and position.backward:
        return [column.asc() for column in columns]
    return [column.desc() for column in columns]


def _drop_implied(task_filter: TaskFilter, position: Position) -> TaskFilter:
    # Of these two bounds PostgreSQL begins at that of the filter, and reads all that lies between
    # it and the position. Where the list is read backward, it begins at the position.
    until = task_filter.created_to
    if not position.backward and until is not None and position.created_at < until:
        return replace(task_filter, created_to=None)
    return task_filter
