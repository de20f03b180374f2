"""Statements that read the history, each by an index that gives the rows in order."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    case,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from vision_tasks.change_filters import IS_ENTRY, narrow
from vision_tasks.changes import ChangeFilter, ChangePage, ChangePosition, ChangeRecord, Side
from vision_tasks.models import TaskChange

MAX_KNOWN = 100
"""No more different actors or actions are listed than this."""

# Where `_columns` has what was before and after, each with its result apart.
_SIDES = slice(7, 11)
_ONE_LINE_CHARACTERS = 80
# Laying out costs the server memory many times the length, whatever is shown of it then.
_PRETTY_CHARACTERS = 65_536


def select_changes(
    change_filter: ChangeFilter,
    *,
    limit: int,
    position: ChangePosition | None,
    characters: int | None,
) -> Select[Any]:
    """Select one row more than `limit`, so that `read_change_page` can tell whether more follow.

    Newest first, or oldest first from `position` on when it goes backward. Results longer than
    `characters` are cut to that length.
    """
    statement = select(*_columns(characters)).limit(limit + 1)
    return narrow(statement, change_filter, position)


def read_change(row: Sequence[Any]) -> ChangeRecord:
    """Turn a row of these statements into a record."""
    before, before_result, after, after_result = row[_SIDES]
    values = list(row)
    values[_SIDES] = [
        None if before is None else Side(before, before_result),
        None if after is None else Side(after, after_result),
    ]
    return ChangeRecord(*values)


def read_change_page(
    rows: Sequence[Sequence[Any]], *, limit: int, position: ChangePosition | None
) -> ChangePage:
    """Turn the rows of `select_changes` into a page, newest first."""
    changes = [read_change(row) for row in rows[:limit]]
    more = len(rows) > limit
    if position is not None and position.backward:
        return ChangePage(tuple(reversed(changes)), has_newer=more, has_older=True)
    return ChangePage(tuple(changes), has_newer=position is not None, has_older=more)


def select_change(change_id: int, *, characters: int | None = None) -> Select[Any]:
    """Select one row, its results laid out for people unless they are very long."""
    return select(*_columns(characters)).where(TaskChange.id == change_id)


def select_listed_ids(change_id: int) -> Select[Any]:
    """Select the ids of the tasks that came together in one row, None where they were too many."""
    return select(TaskChange.task_ids).where(TaskChange.id == change_id)


def select_shared_birth(task_id: UUID, born_at: datetime) -> Select[Any]:
    """Select the row of the creation of a task that came with others, all at `born_at`.

    Of a row without ids it is certain enough that the task was among them: it was at the same
    microsecond. One that lists the task goes first.
    """
    is_listed = literal(task_id) == func.any(TaskChange.task_ids)
    return (
        select(*_columns(0))
        .where(
            IS_ENTRY,
            TaskChange.action == "create",
            TaskChange.changed_at == born_at,
            TaskChange.task_id.is_(None),
            TaskChange.task_ids.is_(None) | is_listed,
        )
        .order_by(TaskChange.task_ids.is_(None), TaskChange.id)
        .limit(1)
    )


def select_known(name: Literal["actor", "action"]) -> Select[Any]:
    """Select the different values of a column, by one look into its index for each."""
    column: ColumnElement[Any] = getattr(TaskChange, name)
    first = select(column.label("value")).where(IS_ENTRY).order_by(column).limit(1)
    known = first.cte("known", recursive=True)
    further = (
        select(column)
        .where(IS_ENTRY, column > known.c.value)
        .order_by(column)
        .limit(1)
        .scalar_subquery()
    )
    known = known.union_all(select(further).where(known.c.value.is_not(None)))
    return select(known.c.value).where(known.c.value.is_not(None)).limit(MAX_KNOWN)


def _columns(characters: int | None) -> list[ColumnElement[Any]]:
    before, after = TaskChange.before, TaskChange.after
    return [
        TaskChange.id.expression,
        TaskChange.changed_at.expression,
        TaskChange.actor.expression,
        TaskChange.action.expression,
        TaskChange.task_id.expression,
        TaskChange.born_at.expression,
        TaskChange.version.expression,
        _without_result(before).label("before"),
        _result_text(before, characters).label("before_result"),
        _without_result(after).label("after"),
        _result_text(after, characters).label("after_result"),
        TaskChange.tasks.expression,
        TaskChange.reason.expression,
        TaskChange.batch_id.expression,
    ]


def _without_result(side: Any) -> ColumnElement[Any]:
    # Somebody at psql may have inserted what is no object.
    rest = side.op("-", return_type=JSONB)(literal("result", Text))
    return case((func.jsonb_typeof(side) == "object", rest))


def _result_text(side: Any, characters: int | None) -> ColumnElement[Any]:
    result = side["result"]
    plain = cast(result, Text)
    limit = _PRETTY_CHARACTERS if characters is None else min(characters, _PRETTY_CHARACTERS)
    shown = case(
        (func.length(plain).between(_ONE_LINE_CHARACTERS + 1, limit), func.jsonb_pretty(result)),
        else_=plain,
    )
    return shown if characters is None else func.left(shown, characters)
