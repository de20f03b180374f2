"""The states of a task and the one table of legal moves between them."""

from dataclasses import dataclass
from enum import StrEnum


class TaskStatus(StrEnum):
    """The labels of the PostgreSQL enum type `taskstatus`, in its order."""

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


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


def legal_targets(source: TaskStatus) -> tuple[Move, ...]:
    """List the moves that lead out of `source`."""
    return tuple(move for move in LEGAL_MOVES if move.source is source)


def is_legal(source: TaskStatus, target: TaskStatus) -> bool:
    """Tell whether a task may go from `source` to `target`; staying is always legal."""
    return source is target or any(move.target is target for move in legal_targets(source))
