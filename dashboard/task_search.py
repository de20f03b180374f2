"""Reading a page of the list: found by whichever way is short, and never looked for without end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from dashboard.desk import Desk
from dashboard.formats import PREVIEW_CHARACTERS
from vision_tasks.count_queries import (
    Explanation,
    explain_filter,
    read_estimate,
    select_count,
)
from vision_tasks.queries import COUNT_LIMIT, read_page, select_tasks
from vision_tasks.records import Page, Position, TaskFilter
from vision_tasks.search_queries import read_scouting, select_reach, select_scouting
from vision_tasks.search_ways import Lookup, Walk, Way, is_indexed, list_ways
from vision_tasks.task_filters import is_search, keep_indexed

# Of what fewer than one in so many tasks have, PostgreSQL's statistics know nothing.
_LEAST_SHARE = 50


@dataclass(frozen=True, slots=True)
class Total:
    """How many tasks a filter lets through, or about how many."""

    tasks: int
    is_exact: bool


def fetch_page(
    desk: Desk,
    task_filter: TaskFilter,
    *,
    limit: int,
    position: Position | None,
    seconds: float | None = None,
) -> Page:
    """Read one page of the list; results come as previews.

    Raises DatabaseTimeoutError where a statement takes longer than `seconds`, or `Desk.begin` lets
    it take.
    """
    with desk.begin(seconds=seconds, is_steady=True) as connection:
        return _search(connection, task_filter, limit, position)


def fetch_counted_page(
    desk: Desk, task_filter: TaskFilter, *, limit: int, position: Position | None
) -> tuple[Page, Total | None]:
    """Read a page as `fetch_page` does, and how many tasks there are; None: nobody knows."""
    # Else tasks that move while it is found how far a search came were passed over.
    with desk.begin(is_steady=True) as connection:
        page = _search(connection, task_filter, limit, position)
        if position is None and not page.has_older:
            return page, Total(len(page.tasks), is_exact=True)
        if is_search(task_filter):
            return page, _reckon(connection, task_filter)
        return page, _count(connection, task_filter)


def _search(
    connection: Connection, task_filter: TaskFilter, limit: int, position: Position | None
) -> Page:
    rows: Sequence[Sequence[Any]] = ()
    way: Way | None = None
    for way in _find_ways(connection, task_filter, limit, position):
        rows = connection.execute(
            select_tasks(
                task_filter,
                limit=limit,
                position=position,
                preview_characters=PREVIEW_CHARACTERS + 1,
                way=way,
            )
        ).all()
        if len(rows) > limit:
            return read_page(rows, limit=limit, position=position)
    looked_to = _find_reach(connection, task_filter, position, way)
    return read_page(rows, limit=limit, position=position, looked_to=looked_to)


def _find_ways(
    connection: Connection, task_filter: TaskFilter, limit: int, position: Position | None
) -> Iterable[Way | None]:
    if not is_search(task_filter):
        return [None]
    if task_filter.ids is not None:
        # At most a handful, wherever they are.
        return [Lookup(None)]
    row = connection.execute(select_scouting(task_filter, position)).one()
    scouting = read_scouting(row)
    indexed_tasks = None
    if scouting.matching <= limit and is_indexed(task_filter):
        indexed_tasks = _estimate(connection, explain_filter(keep_indexed(task_filter)))
    return list_ways(
        task_filter,
        scouting,
        position,
        limit=limit,
        is_bounded=True,
        indexed_tasks=indexed_tasks,
    )


def _find_reach(
    connection: Connection, task_filter: TaskFilter, position: Position | None, way: Way | None
) -> Position | None:
    if not isinstance(way, Walk) or way.rows is None:
        return None
    row = connection.execute(select_reach(task_filter, position, way.rows)).one_or_none()
    backward = position is not None and position.backward
    return None if row is None else Position(row[0], row[1], backward)


def _count(connection: Connection, task_filter: TaskFilter) -> Total:
    count = connection.execute(select_count(task_filter, limit=COUNT_LIMIT + 1)).scalar_one()
    if count <= COUNT_LIMIT:
        return Total(count, is_exact=True)
    return Total(max(count, _estimate(connection, explain_filter(task_filter))), is_exact=False)


def _reckon(connection: Connection, task_filter: TaskFilter) -> Total | None:
    everything = _estimate(connection, explain_filter(TaskFilter()))
    if everything <= COUNT_LIMIT:
        return Total(connection.execute(select_count(task_filter)).scalar_one(), is_exact=True)
    matching = _estimate(connection, explain_filter(task_filter))
    if matching * _LEAST_SHARE < everything:
        return None
    return Total(matching, is_exact=False)


def _estimate(connection: Connection, question: Explanation) -> int:
    return read_estimate(connection.execute(question).scalar_one())
