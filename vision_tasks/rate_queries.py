"""Statements that count by the minute what came in and what came of it, from the history."""

from datetime import datetime
from enum import StrEnum
from typing import Any, assert_never
from typing import cast as cast_type

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Select,
    Table,
    Text,
    any_,
    cast,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, array

from vision_tasks.change_filters import IS_ENTRY
from vision_tasks.models import TaskChange

_C = cast_type("Table", TaskChange.__table__).c
_CREATE = "create"


class Event(StrEnum):
    """What is counted: tasks that came in, were completed, failed."""

    CREATED = "created"
    COMPLETED = "completed"
    FAILED = "failed"


def select_minutes(
    event: Event, since: datetime, until: datetime, *, limit: int | None
) -> Select[Any]:
    """Count the events of `[since, until)` as rows (minute, tasks, rows of the history).

    With `limit` only the newest rows of the history are read, so that the first of the minutes
    may be incomplete; that can be where as many rows as `limit` were read in all.
    """
    some = _newest(event, since, until)
    if limit is not None:
        some = some.limit(limit)
    newest = some.subquery()
    minute = func.date_trunc("minute", newest.c.changed_at)
    return select(minute, func.sum(newest.c.tasks), func.count()).group_by(minute)


def _newest(event: Event, since: datetime, until: datetime) -> Select[Any]:
    at = _C.changed_at
    match event:
        case Event.CREATED:
            # Not an equality: then only the index that begins with the action is in this order.
            is_creation = _C.action == any_(cast(array([literal(_CREATE)]), ARRAY(Text)))
            statement = select(at, _C.tasks).where(IS_ENTRY, is_creation, at >= since, at < until)
            return statement.order_by(_C.action.desc(), at.desc())
        case Event.COMPLETED | Event.FAILED:
            ended = _has_become(event)
            # How many tasks a row is about stands in no index, and here it is always one.
            statement = select(at, literal(1).label("tasks"))
            return statement.where(ended, at >= since, at < until).order_by(at.desc())
        case _:
            assert_never(event)


def _has_become(event: Event) -> ColumnElement[bool]:
    # In the words of the partial indexes.
    return literal_column(f"after ->> 'status' = '{event.name}'", Boolean)
