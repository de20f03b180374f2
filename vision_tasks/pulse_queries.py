"""What has changed of late, and which of several lists each task belongs to now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from typing import cast as cast_type
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    Subquery,
    Table,
    Text,
    and_,
    case,
    cast,
    false,
    func,
    select,
    true,
)
from sqlalchemy.sql.visitors import replacement_traverse

from vision_tasks.models import Task
from vision_tasks.records import TaskFilter
from vision_tasks.task_filters import list_conditions

MAX_TASKS = 1_000
"""No more tasks that have changed are looked at, the ones that did so last."""

_TASKS = cast_type("Table", Task.__table__)
# To look into longer results takes too long; the length alone is known without reading them.
_RESULT_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class RecentTask:
    """A task that was created or changed of late; `lists` says which filters let it through."""

    id: UUID
    status: str
    version: int
    created_at: datetime
    updated_at: datetime
    lists: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Recent:
    """What has changed since a moment, and `at`: the database's own; `is_cut` where there is more.

    Both moments are aware.
    """

    at: datetime
    since: datetime
    tasks: tuple[RecentTask, ...]
    is_cut: bool


def select_recent(filters: Sequence[TaskFilter], *, seconds: float) -> Select[Any]:
    """Select what has changed within `seconds`, for `read_recent`.

    However many there are, MAX_TASKS at most are read, and the filters looked up in no index.
    """
    since = func.now() - timedelta(seconds=seconds)
    small = func.coalesce(func.pg_column_size(Task.result) <= _RESULT_BYTES, true())
    columns = [
        case((small, Task.result)).label("result") if column.name == "result" else column
        for column in _TASKS.columns
    ]
    recent = (
        select(*columns, small.label("is_small"))
        .where(Task.updated_at >= since)
        .order_by(Task.updated_at.desc(), Task.id.desc())
        .limit(MAX_TASKS + 1)
        .subquery()
    )
    moments = select(func.now().label("at"), since.label("since")).subquery()
    return select(
        moments.c.at,
        moments.c.since,
        recent.c.id,
        cast(recent.c.status, Text),
        recent.c.version,
        recent.c.created_at,
        recent.c.updated_at,
        *(_lets_through(one, recent) for one in filters),
    ).join_from(moments, recent, true(), isouter=True)


def read_recent(rows: Sequence[Sequence[Any]]) -> Recent:
    """Read the rows of `select_recent`."""
    at, since = rows[0][:2]
    tasks = tuple(_read_task(row) for row in rows if row[2] is not None)
    return Recent(at, since, tasks[:MAX_TASKS], is_cut=len(tasks) > MAX_TASKS)


def _read_task(row: Sequence[Any]) -> RecentTask:
    _, _, task_id, status, version, created_at, updated_at, *lists = row
    return RecentTask(task_id, status, version, created_at, updated_at, tuple(lists))


def _lets_through(task_filter: TaskFilter, recent: Subquery) -> ColumnElement[bool]:
    conditions = list_conditions(task_filter)
    if task_filter.result:
        conditions.append(recent.c.is_small)
    whole = and_(true(), *conditions)
    moved = replacement_traverse(whole, {}, lambda element, **_: _move(element, recent))
    return func.coalesce(moved, false())


def _move(element: Any, recent: Subquery) -> Any:
    is_ours = isinstance(element, Column) and element.table is _TASKS
    return recent.c[element.name] if is_ours else None
