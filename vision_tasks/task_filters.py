"""What narrows a list of tasks, which way it runs, and where it goes on."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, any_, cast, literal, not_, or_, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, JSONPATH, array

from vision_tasks.models import Task
from vision_tasks.records import Order, Position, TaskFilter
from vision_tasks.result_conditions import ResultCondition

_RANGES = {
    Order.CREATED: ("created_from", "created_to"),
    Order.UPDATED: ("updated_from", "updated_to"),
}


def list_conditions(task_filter: TaskFilter) -> list[ColumnElement[bool]]:
    """Write what holds of the tasks that a filter lets through."""
    return [*_list_plain(task_filter), *list_searched(task_filter)]


def list_searched(task_filter: TaskFilter, tasks: Any = Task) -> list[ColumnElement[bool]]:
    """Write that part of it which the indexes that give the list its order do not know.

    `tasks` holds the columns.
    """
    conditions: list[ColumnElement[bool]] = []
    if task_filter.filename is not None:
        conditions.append(tasks.filename.icontains(task_filter.filename, autoescape=True))
    if task_filter.ids is not None:
        conditions.append(tasks.id.between(*task_filter.ids))
    conditions += [match_result(tasks.result, one) for one in task_filter.result]
    return conditions + _list_bounds(task_filter, _get_other(task_filter), tasks)


def drop_searched(task_filter: TaskFilter) -> TaskFilter:
    """Return the filter without what `list_searched` writes."""
    bounds: dict[str, Any] = dict.fromkeys(_RANGES[_get_other(task_filter)])
    return replace(task_filter, filename=None, ids=None, result=(), **bounds)


def list_walked(task_filter: TaskFilter, position: Position | None) -> list[ColumnElement[bool]]:
    """Write what holds of the tasks that are looked at one by one for what is searched."""
    conditions = list_remaining(drop_searched(task_filter), position)
    is_needed = any(condition.operator != "missing" for condition in task_filter.result)
    if is_needed and task_filter.status is None:
        # There may be many new tasks without one, which an index leaves out; no index of a status
        # does, and to pass over all that wait would have no end.
        conditions.append(Task.result.is_not(None))
    return conditions


def keep_indexed(task_filter: TaskFilter) -> TaskFilter:
    """Return the filter without what is searched and no index knows."""
    return replace(task_filter, result=tuple(one for one in task_filter.result if one.is_indexed))


def is_search(task_filter: TaskFilter) -> bool:
    """Tell whether there is anything in the filter that `list_searched` writes."""
    return task_filter != drop_searched(task_filter)


def bounds_other_moment(task_filter: TaskFilter) -> bool:
    """Tell whether the filter narrows the moment that the list is not ordered by."""
    return any(getattr(task_filter, name) for name in _RANGES[_get_other(task_filter)])


def match_result(result: Any, condition: ResultCondition) -> ColumnElement[bool]:
    """Write that a condition holds of the column `result`."""
    matches: ColumnElement[bool] = result.bool_op("@@")(
        cast(literal(condition.json_path), JSONPATH)
    )
    if condition.operator == "missing":
        # In words of which PostgreSQL can tell how many tasks they hold.
        return or_(result.is_(None), not_(matches))
    return matches


def list_remaining(task_filter: TaskFilter, position: Position | None) -> list[ColumnElement[bool]]:
    """Write what holds of the tasks of the list on the side of `position` that it goes on to."""
    if position is None:
        return list_conditions(task_filter)
    key = tuple_(get_moment(task_filter), Task.id)
    mark = tuple_(literal(position.moment), literal(position.id))
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
    columns = [get_moment(task_filter, tasks), tasks.id]
    if task_filter.status is not None:
        columns.insert(0, tasks.status)
    if position is not None and position.backward:
        return [column.asc() for column in columns]
    return [column.desc() for column in columns]


def get_moment(task_filter: TaskFilter, tasks: Any = Task) -> Any:
    """Return the column, among those of `tasks`, of the moment that the list is ordered by."""
    return getattr(tasks, task_filter.order.value)


def bound_moment(
    task_filter: TaskFilter, since: datetime | None, until: datetime | None
) -> list[ColumnElement[bool]]:
    """Write a stretch of the list, both ends included."""
    moment = get_moment(task_filter)
    conditions = [] if since is None else [moment >= since]
    return conditions if until is None else [*conditions, moment <= until]


def _list_plain(task_filter: TaskFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if task_filter.status is not None:
        # Of a plain comparison PostgreSQL would conclude that `list_order` need not name it.
        one = cast(array([literal(task_filter.status.value)]), ARRAY(Task.status.type))
        conditions.append(Task.status == any_(one))
    if task_filter.task_id is not None:
        conditions.append(Task.id == task_filter.task_id)
    return conditions + _list_bounds(task_filter, task_filter.order, Task)


def _list_bounds(task_filter: TaskFilter, order: Order, tasks: Any) -> list[ColumnElement[bool]]:
    first, until = (getattr(task_filter, name) for name in _RANGES[order])
    moment = getattr(tasks, order.value)
    conditions = [] if first is None else [moment >= first]
    return conditions if until is None else [*conditions, moment < until]


def _get_other(task_filter: TaskFilter) -> Order:
    return Order.CREATED if task_filter.order is Order.UPDATED else Order.UPDATED


def _drop_implied(task_filter: TaskFilter, position: Position) -> TaskFilter:
    # Of these two bounds PostgreSQL begins at that of the filter, and reads all that lies between
    # it and the position. Where the list is read backward, it begins at the position.
    _, name = _RANGES[task_filter.order]
    until = getattr(task_filter, name)
    if not position.backward and until is not None and position.moment < until:
        no_bound: dict[str, Any] = {name: None}
        return replace(task_filter, **no_bound)
    return task_filter
