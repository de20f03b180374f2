"""Pages of the list that no size of their results makes too large."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, or_, select

from vision_tasks.records import Page, Position, TaskFilter, TaskRecord
from vision_tasks.task_filters import list_order

PAGE_BYTES = 8 * 1024 * 1024
"""Most that the results of one page come to, unless a single one is larger."""


def cut_page(statement: Select[Any], task_filter: TaskFilter, limit: int) -> Select[Any]:
    """Select of the newest-first `queries.select_tasks` the first `limit` rows in PAGE_BYTES.

    PostgreSQL does the cutting, so what is left out is not sent. Behind the columns of a
    TaskRecord each row tells whether another follows it.
    """
    found = statement.subquery()
    order = list_order(task_filter, None, found.c)
    # None of these looks further than one row ahead, so PostgreSQL need not keep the rows.
    number = func.row_number().over(order_by=order)
    size = func.sum(func.octet_length(found.c.result)).over(order_by=order, rows=(None, 0))
    following = func.lead(found.c.id).over(order_by=order)
    measured = select(
        *found.c,
        following.is_not(None).label("more"),
        number.label("number"),
        func.coalesce(size, 0).label("size"),
    ).subquery()
    columns = [measured.c[column.name] for column in found.c]
    return (
        select(*columns, measured.c.more)
        .where(measured.c.number <= limit)
        .where(or_(measured.c.size <= PAGE_BYTES, measured.c.number == 1))
        .order_by(*list_order(task_filter, None, measured.c))
    )


def read_cut_page(rows: Sequence[Sequence[Any]], position: Position | None) -> Page:
    """Turn the rows of `cut_page` into a page."""
    tasks = tuple(TaskRecord(*row[:-1]) for row in rows)
    more = bool(rows and rows[-1][-1])
    return Page(tasks, has_newer=position is not None, has_older=more)
