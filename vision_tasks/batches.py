"""Actions on many tasks: their kinds, and what is known of one batch."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from vision_tasks.lifecycle import LEGAL_MOVES, Move

CHUNK_TASKS = 1_000
"""No more tasks than this are done in one statement, and so in one transaction."""
CHUNK_BYTES = 8_388_608
"""Nor more of results than this, as they are stored: a chunk then takes a second, seldom more."""

DELETED = "deleted"
"""What the dry run of an undo counts under, in place of a status, where a task is to come back."""


class BulkAction(StrEnum):
    """What can be done to many tasks; those named after a legal move make that move."""

    RETRY = "retry"
    CANCEL = "cancel"
    RUN_AGAIN = "run again"
    SET_RESULT = "set result"
    DELETE = "delete"
    UNDO = "undo"

    @property
    def move(self) -> Move | None:
        """The move of the status, where this is one."""
        return next((move for move in LEGAL_MOVES if move.name == self.value), None)


class BatchState(StrEnum):
    """How far a batch has come; only while it is running does anything change."""

    PREPARED = "prepared"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class StatusCount:
    """How many tasks of one status the dry run found, and how many of them are to change."""

    status: str
    found: int
    planned: int

    @property
    def skipped(self) -> int:
        """How many the action does not apply to."""
        return self.found - self.planned


@dataclass(frozen=True, slots=True)
class Batch:
    """One action on many tasks, as `batch_queries.select_batch` reads it.

    `result` is JSON text. `description` says which tasks it is about: `filters` as they were
    written, or how many were `ticked`, or the kind of what it `undoes`; `deletes` is true of an
    undo that deletes tasks again.
    """

    id: UUID
    kind: BulkAction
    actor: str
    state: BatchState
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    reason: str | None
    description: dict[str, Any]
    counts: dict[str, Any]
    result: str | None
    undoes: UUID | None

    @property
    def statuses(self) -> list[StatusCount]:
        """The tasks of the dry run by status, most numerous first."""
        found = [StatusCount(name, *pair) for name, pair in self.counts["statuses"].items()]
        return sorted(found, key=lambda one: (-one.found, one.status))

    @property
    def planned(self) -> int:
        """How many tasks were to change."""
        return sum(one.planned for one in self.statuses)

    @property
    def skipped(self) -> int:
        """How many tasks the action does not apply to, as the dry run found them."""
        return sum(one.skipped for one in self.statuses)

    @property
    def stale(self) -> int:
        """How many tasks had changed before the dry run already."""
        return int(self.counts["stale"])


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of a batch is done, in tasks: `done` of `total` were looked at.

    Of these some `changed`; `refused` are those that the database keeps as they are, because
    another table refers to them for one, or that took it too long even alone; `stale` had changed
    since they were seen. `chunks_left` are yet to be done.
    """

    chunks_left: int
    total: int
    done: int
    changed: int
    refused: int
    stale: int


@dataclass(frozen=True, slots=True)
class SparedTask:
    """A task that a batch left as it was; without `filename` there is none now.

    `is_as_seen` tells whether it still is as it was seen, of one that was to come back: away. Then
    it was the database that refused.
    `change_id` is the change that an undo could not take back.
    """

    id: UUID
    filename: str | None
    status: str | None
    is_as_seen: bool
    change_id: int | None = None
