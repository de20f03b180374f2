"""The states of a task and the one table of legal moves between them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class TaskStatus(StrEnum):
    """The labels of the PostgreSQL enum type `taskstatus`, in its order."""

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


class UnknownStatus(str):
    """A label that a newer version of this program has added to `taskstatus`.

    It is shown as it is and never set, and no move is known to lead out of it.
    """

    __slots__ = ()

    @property
    def value(self) -> str:
        """The label, as a TaskStatus has it."""
        return str(self)


Status: TypeAlias = TaskStatus | UnknownStatus
"""What a task can be found to be; what it can be made is a TaskStatus."""


def read_status(label: str) -> Status:
    """Read a label as PostgreSQL holds it; one that is not known is no error."""
    try:
        return TaskStatus(label)
    except ValueError:
        return UnknownStatus(label)


@dataclass(frozen=True)
class Move:
    """A legal change of status; `name` is the word that people use for it."""

    source: TaskStatus
    target: TaskStatus
    name: str


LEGAL_MOVES = (
    Move(TaskStatus.PENDING, TaskStatus.PROCESSING, "start"),
    Move(TaskStatus.PENDING, TaskStatus.FAILED, "cancel"),
    Move(TaskStatus.PROCESSING, TaskStatus.COMPLETED, "complete"),
    Move(TaskStatus.PROCESSING, TaskStatus.FAILED, "fail"),
    Move(TaskStatus.PROCESSING, TaskStatus.PENDING, "release"),
    Move(TaskStatus.FAILED, TaskStatus.PENDING, "retry"),
    Move(TaskStatus.COMPLETED, TaskStatus.PENDING, "run again"),
)


def legal_targets(source: Status) -> tuple[Move, ...]:
    """List the moves that lead out of `source`."""
    return tuple(move for move in LEGAL_MOVES if move.source == source)


def is_legal(source: Status, target: Status) -> bool:
    """Tell whether a task may go from `source` to `target`; staying is always legal."""
    return source == target or any(move.target == target for move in legal_targets(source))
