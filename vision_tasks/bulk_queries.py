"""Statements on many tasks at once; each names the tasks in arrays, however many there are."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple
from typing import cast as cast_type
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Select,
    Table,
    Text,
    Uuid,
    bindparam,
    cast,
    delete,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.dml import ReturningDelete
from sqlalchemy.types import TypeEngine

from vision_tasks.models import Task

_TASKS = cast_type("Table", Task.__table__)


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


def delete_seen(seen: Collection[SeenTask]) -> ReturningDelete[UUID]:
    """Delete those tasks that still are as they were `seen`; returns their ids."""
    # Two of these at once lock what they have in common in the same order.
    ids, versions, births = zip(*sorted(seen), strict=True) if seen else ((), (), ())
    given = (
        func.unnest(
            _array(ids, Uuid()),
            _array(versions, Integer()),
            _array(births, DateTime(timezone=True)),
        )
        .table_valued("id", "version", "created_at")
        .render_derived(name="seen")
    )
    return (
        delete(_TASKS)
        .where(
            Task.id == given.c.id,
            Task.version == given.c.version,
            Task.created_at == given.c.created_at,
        )
        .returning(Task.id)
    )


def _array(values: Iterable[object], kind: TypeEngine[Any]) -> ColumnElement[Any]:
    return bindparam(None, list(values), type_=ARRAY(kind))
