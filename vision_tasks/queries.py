"""Statements on tasks, built here once; each app executes them with its own driver."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from typing import cast as cast_type
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Insert,
    Select,
    Table,
    Text,
    Update,
    and_,
    bindparam,
    case,
    cast,
    delete,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.sql.dml import ReturningDelete
from sqlalchemy.sql.selectable import CompoundSelect

from vision_tasks.lifecycle import TaskStatus
from vision_tasks.models import Task
from vision_tasks.records import Page, Position, TaskChanges, TaskFilter, TaskRecord
from vision_tasks.search_queries import select_matches
from vision_tasks.search_ways import Way
from vision_tasks.status_labels import StatusLabel
from vision_tasks.task_filters import get_moment, list_conditions, list_order, list_remaining

COUNT_LIMIT = 10_000
"""A count goes no further than one past this, so it costs the same at any size."""

_TASKS = cast_type("Table", Task.__table__)
_RESULT = cast(Task.result, Text).label("result")

TASK_COLUMNS: tuple[ColumnElement[Any], ...] = (
    Task.id.expression,
    type_coerce(Task.status, StatusLabel).label("status"),
    Task.filename.expression,
    _RESULT,
    Task.version.expression,
    Task.created_at.expression,
    Task.updated_at.expression,
)

_ONE_LINE_CHARACTERS = 80
# Laying out costs the server memory many times the length, whatever is shown of it then.
_PRETTY_CHARACTERS = 65_536
_TEXT = _RESULT.element
_PRETTY_TEXT = case(
    (
        func.length(_TEXT).between(_ONE_LINE_CHARACTERS + 1, _PRETTY_CHARACTERS),
        func.jsonb_pretty(Task.result),
    ),
    else_=_TEXT,
)


def select_task(
    task_id: UUID, *, pretty: bool = False, characters: int | None = None
) -> Select[Any]:
    """Select one task, as a row that unpacks into TaskRecord.

    With `pretty` a `result` of more than one line, but no more than _PRETTY_CHARACTERS, is laid
    out for people. With `characters` it is cut to that length, and so no JSON any more.
    """
    result: ColumnElement[Any] = _PRETTY_TEXT if pretty else _TEXT
    return select(*_with_result(_cut(result, characters))).where(Task.id == task_id)


def select_tasks(
    task_filter: TaskFilter,
    *,
    limit: int,
    position: Position | None,
    preview_characters: int | None = None,
    way: Way | None = None,
) -> Select[Any]:
    """Select one row more than `limit`, so that `read_page` can tell whether more follow.

    Newest first, or oldest first from `position` on when it goes backward. With
    `preview_characters` each `result` is cut to that length, and so no JSON any more. With `way`,
    for a search, only tasks that it leads to are selected.
    """
    statement = select(*_with_result(_cut(_TEXT, preview_characters))).limit(limit + 1)
    order = list_order(task_filter, position)
    if way is None:
        return statement.where(*list_remaining(task_filter, position)).order_by(*order)
    # By all of its key, so that the tasks need not be put in this order again, results and all.
    match = select_matches(task_filter, position, way, limit=limit + 1).subquery()
    is_it = [Task.id == match.c.id, get_moment(task_filter) == get_moment(task_filter, match.c)]
    if task_filter.status is not None:
        is_it.append(Task.status == match.c.status)
    return statement.join_from(match, Task, and_(*is_it)).order_by(*order)


def cast_document(text: str | None) -> ColumnElement[Any]:
    """Write JSON text as jsonb, and None as SQL NULL."""
    return null() if text is None else cast(bindparam(None, text, type_=Text), JSONB)


def read_page(
    rows: Sequence[Sequence[Any]],
    *,
    limit: int,
    position: Position | None,
    looked_to: Position | None = None,
) -> Page:
    """Turn the rows of `select_tasks` into a page, newest first.

    `looked_to` is where the search stopped, if it was not at the end of the list.
    """
    tasks = [TaskRecord(*row) for row in rows[:limit]]
    more = len(rows) > limit or looked_to is not None
    if position is not None and position.backward:
        return Page(tuple(reversed(tasks)), more, has_older=True, looked_to=looked_to)
    return Page(tuple(tasks), position is not None, has_older=more, looked_to=looked_to)


def insert_task_once(task_id: UUID, filename: str) -> Insert:
    """Insert a task under the caller's id; returns no row where that id is taken."""
    return (
        insert_or_skip(_TASKS)
        .values(id=task_id, filename=filename)
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(*TASK_COLUMNS)
    )


def update_task(
    task_id: UUID,
    versions: Sequence[int] | None,
    changes: TaskChanges,
    *,
    born_at: datetime | None = None,
) -> Update:
    """Write `changes` if the task is at one of `versions` (None: at any); else returns no row.

    Versions begin anew when an id is used again after a deletion; `born_at`, its `created_at`,
    tells the one task from the other.
    """
    return (
        update(_TASKS)
        .where(*_is_at(task_id, versions, born_at))
        .values(_assignments(changes))
        .returning(*TASK_COLUMNS)
    )


def delete_task(
    task_id: UUID, versions: Sequence[int] | None, *, born_at: datetime | None = None
) -> ReturningDelete[UUID]:
    """Delete the task under the conditions of `update_task`; else returns no row."""
    return delete(_TASKS).where(*_is_at(task_id, versions, born_at)).returning(Task.id)


def select_status_counts() -> CompoundSelect[Any]:
    """Count the tasks of each status, up to COUNT_LIMIT + 1, as rows (status, count)."""
    return union_all(*(_count_of(status) for status in TaskStatus))


def select_oldest_waiting() -> Select[UUID, str, datetime]:
    """Select id, filename and created_at of the PENDING task that was created first."""
    return (
        select(Task.id, Task.filename, Task.created_at)
        .where(*list_conditions(TaskFilter(status=TaskStatus.PENDING)))
        # By the status as well: among all tasks it may be the ten millionth.
        .order_by(Task.status, Task.created_at, Task.id)
        .limit(1)
    )


def _cut(text: ColumnElement[Any], characters: int | None) -> ColumnElement[Any]:
    return text if characters is None else func.left(text, characters)


def _with_result(text: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    return [text.label("result") if column is _RESULT else column for column in TASK_COLUMNS]


def _is_at(
    task_id: UUID, versions: Sequence[int] | None, born_at: datetime | None
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Task.id == task_id]
    if versions is not None:
        conditions.append(Task.version.in_(versions))
    if born_at is not None:
        conditions.append(Task.created_at == born_at)
    return conditions


def _assignments(changes: TaskChanges) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: changes[name] for name in ("status", "filename") if name in changes
    }
    if "result" in changes:
        values["result"] = cast_document(changes["result"])
    elif "result_patch" in changes:
        values["result"] = func.tasks_merge_patch(
            Task.result, cast_document(changes["result_patch"])
        )
    return values


def _count_of(status: TaskStatus) -> Select[str, int]:
    # In the order of an index: without one, tasks of a status that are all at the end of the table
    # are looked for from its beginning.
    some = (
        select(Task.id)
        .where(*list_conditions(TaskFilter(status=status)))
        .order_by(Task.status, Task.created_at, Task.id)
        .limit(COUNT_LIMIT + 1)
        .subquery()
    )
    return select(literal(status.value).label("status"), func.count().label("count")).select_from(
        some
    )
