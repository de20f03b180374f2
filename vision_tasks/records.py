"""A task as both apps read it, and what a caller may change of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, TypedDict
from uuid import UUID

from vision_tasks.lifecycle import Status, TaskStatus
from vision_tasks.result_conditions import ResultCondition


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """One row, in the order of `queries.TASK_COLUMNS`.

    `result` is the JSON text PostgreSQL holds (None: SQL NULL, "null": the JSON null), never
    parsed on the way, so no digit of a number is lost. Moments are aware.
    """

    id: UUID
    status: Status
    filename: str
    result: str | None
    version: int
    created_at: datetime
    updated_at: datetime


class TaskChanges(TypedDict, total=False):
    """The columns to write; a key that is absent is left alone.

    `result` is JSON text or None for SQL NULL. `result_patch`, JSON text instead of `result`,
    is merged into what is there (RFC 7396).
    """

    status: TaskStatus
    filename: str
    result: str | None
    result_patch: str


class Order(StrEnum):
    """By which moment a list is ordered, newest first; each is the name of its column."""

    CREATED = "created_at"
    UPDATED = "updated_at"


class IdRange(NamedTuple):
    """Ids from `first` to `last`, both included: those that begin alike."""

    first: UUID
    last: UUID


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """What a list is narrowed to; None leaves a side open. Upper moments are exclusive.

    `order` says by which moment the list runs, which narrows nothing.
    """

    status: TaskStatus | None = None
    filename: str | None = None
    task_id: UUID | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    updated_from: datetime | None = None
    updated_to: datetime | None = None
    ids: IdRange | None = None
    result: tuple[ResultCondition, ...] = ()
    order: Order = Order.CREATED


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the list, newest first: just after this task, or before it going back.

    `moment` is the one that the list is ordered by.
    """

    moment: datetime
    id: UUID
    backward: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Part of the list, newest first, and whether more lies on either side of it.

    Where the search stopped before it had found enough, `looked_to` is how far it went.
    """

    tasks: tuple[TaskRecord, ...]
    has_newer: bool
    has_older: bool
    looked_to: Position | None = None
