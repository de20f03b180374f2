"""Which tasks an action on many is about: as a filter finds them, or as somebody saw them."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    Select,
    TableValuedAlias,
    Text,
    Uuid,
    bindparam,
    cast,
    column,
    func,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import TypeEngine, UserDefinedType

from vision_tasks.batches import BulkAction
from vision_tasks.models import Task
from vision_tasks.queries import cast_document
from vision_tasks.records import TaskFilter
from vision_tasks.task_filters import list_conditions


class _Record(UserDefinedType[Any]):
    cache_ok = True

    def get_col_spec(self, **_options: Any) -> str:
        return "record"


# As it is stored: what a task costs goes by that, and to learn more it would have to be read.
_BYTES = func.coalesce(func.pg_column_size(Task.result), 0).label("bytes")


class SeenTask(NamedTuple):
    """One task as somebody saw it; `created_at` tells it from another that had its id."""

    id: UUID
    version: int
    created_at: datetime


class TaskLine(NamedTuple):
    """A task in one line, in the order of `select_lines`."""

    id: UUID
    status: str
    filename: str
    version: int
    created_at: datetime


def select_lines(ids: Collection[UUID]) -> Select[UUID, str, str, int, datetime]:
    """Select those of the tasks `ids` that exist, newest first, as rows for TaskLine."""
    return (
        select(Task.id, cast(Task.status, Text), Task.filename, Task.version, Task.created_at)
        .where(Task.id == func.any(_array(ids, Uuid())))
        .order_by(Task.created_at.desc(), Task.id.desc())
    )


def select_matching(
    task_filter: TaskFilter, action: BulkAction, result: str | None, *, limit: int
) -> Select[UUID, int, datetime, str, bool, int]:
    """Select up to `limit` tasks as rows for `dry_runs.insert_batch`, in no order."""
    return (
        select(
            Task.id,
            Task.version,
            Task.created_at,
            cast(Task.status, Text).label("status"),
            _applies(action, result).label("is_planned"),
            _BYTES,
        )
        .where(*list_conditions(task_filter))
        .limit(limit)
    )


def select_seen(seen: Collection[SeenTask], action: BulkAction, result: str | None) -> Select[Any]:
    """Select those tasks like `select_matching`; one that is not as it was seen has no status."""
    given = unnest_seen(seen)
    return select(
        given.c.id,
        given.c.version,
        given.c.created_at,
        cast(Task.status, Text).label("status"),
        _applies(action, result).label("is_planned"),
        _BYTES,
    ).select_from(given.outerjoin(Task, is_as_seen(given)))


def unnest_seen(seen: Collection[SeenTask]) -> TableValuedAlias:
    """Write the tasks as a table of id, version and created_at."""
    ids, versions, births = zip(*seen, strict=True) if seen else ((), (), ())
    return unnest_arrays(
        _array(ids, Uuid()),
        _array(versions, Integer()),
        _array(births, DateTime(timezone=True)),
    )


def unnest_arrays(
    ids: ColumnElement[Any], versions: ColumnElement[Any], births: ColumnElement[Any]
) -> TableValuedAlias:
    """Write three arrays as a table of id, version and created_at."""
    return (
        func.unnest(ids, versions, births)
        .table_valued(
            column("id", Uuid()),
            column("version", Integer()),
            column("created_at", DateTime(timezone=True)),
        )
        .render_derived(name="seen")
    )


def is_as_seen(seen: FromClause) -> ColumnElement[bool]:
    """Hold a task against a row of `seen`: the same, and unchanged."""
    return (
        (Task.id == seen.c.id)
        & (Task.version == seen.c.version)
        & (Task.created_at == seen.c.created_at)
    )


def _applies(action: BulkAction, result: str | None) -> ColumnElement[bool]:
    if action.move is not None:
        return Task.status == action.move.source
    if action is BulkAction.SET_RESULT:
        # The stored image, as the trigger that counts versions compares it: 1.0 is not 1.
        held, wanted = func.row(Task.result), func.row(cast(cast_document(result), JSONB))
        return cast(held, _Record()).bool_op("*<>")(cast(wanted, _Record()))
    return true()


def _array(values: Iterable[object], kind: TypeEngine[Any]) -> ColumnElement[Any]:
    return bindparam(None, list(values), type_=ARRAY(kind))
