"""A row of the history as people read it, and what taking it back would mean."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from vision_tasks.lifecycle import TaskStatus, is_legal, read_status
from vision_tasks.sentences import sentence

RESTORABLE_FIELDS = ("status", "filename", "result")


@dataclass(frozen=True, slots=True)
class Side:
    """What a task held on one side of a change.

    `values` are the recorded columns but the result, which is JSON text as PostgreSQL holds it;
    None where it was SQL NULL or is not recorded.
    """

    values: dict[str, Any]
    result: str | None


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """One row of `task_changes`; `before` is None of a birth, `after` of a deletion.

    Of what concerned no task, or many, `task_id` is None, and `after` says for people what it was.
    """

    id: int
    changed_at: datetime
    actor: str
    action: str
    task_id: UUID | None
    born_at: datetime | None
    version: int | None
    before: Side | None
    after: Side | None
    tasks: int
    reason: str | None
    batch_id: UUID | None

    @property
    def is_change(self) -> bool:
        """Whether a task became another than it was."""
        return self.task_id is not None and self.before is not None and self.after is not None

    @property
    def is_deletion(self) -> bool:
        """Whether a task went."""
        return self.task_id is not None and self.before is not None and self.after is None

    @property
    def is_birth(self) -> bool:
        """Whether one task came, or came back."""
        return self.task_id is not None and self.before is None and self.after is not None

    @property
    def fields(self) -> tuple[str, ...]:
        """The columns that it changed, those that can be put back first."""
        sides = [side for side in (self.before, self.after) if side is not None]
        names = dict.fromkeys(name for side in sides for name in side.values)
        if any(side.result is not None for side in sides):
            names["result"] = None
        known = [name for name in RESTORABLE_FIELDS if name in names]
        return (*known, *(name for name in names if name not in known))

    @property
    def is_free_back(self) -> bool:
        """Whether going back is no legal move of the status."""
        if self.before is None or self.after is None or "status" not in self.fields:
            return False
        was, became = (
            read_status(str(side.values.get("status"))) for side in (self.before, self.after)
        )
        return not is_legal(became, was)

    def find_obstacle(self) -> str | None:
        """Say, in a sentence, why it can never be taken back; None where it may be."""
        if self.is_deletion:
            return None
        if self.is_birth:
            return sentence("A creation is taken back by deleting the task.")
        if not self.is_change:
            return sentence("This was no change of one task, so there is nothing to put back.")
        if "id" in self.fields:
            return sentence(
                "This changed the id or the creation of the task, which is never put back here."
            )
        if not self.fields:
            return sentence(
                "This changed nothing that the history holds, so there is nothing to put back."
            )
        return self._find_unknown_status()

    def _find_unknown_status(self) -> str | None:
        status = self.before.values.get("status") if self.before else None
        if status is None or status in tuple(TaskStatus):
            return None
        return sentence(
            "Only a newer version of this program can make a task %(status)s.", status=status
        )


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """What the history is narrowed to; None leaves a side open. `changed_to` is exclusive.

    Without a task or a batch, only entries are listed: a batch is one.
    """

    actor: str | None = None
    action: str | None = None
    changed_from: datetime | None = None
    changed_to: datetime | None = None
    task_id: UUID | None = None
    batch_id: UUID | None = None

    @property
    def is_of_one(self) -> bool:
        """Whether it is narrowed to one task or one batch, which are listed by number."""
        return self.task_id is not None or self.batch_id is not None


@dataclass(frozen=True, slots=True)
class ChangePosition:
    """A place in the history, newest first: just after this row, or before it going back."""

    changed_at: datetime
    id: int
    backward: bool = False

    @classmethod
    def of(cls, change: ChangeRecord) -> Self:
        """Take the place of `change`."""
        return cls(change.changed_at, change.id)


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Part of the history, newest first, and whether more lies on either side of it."""

    changes: tuple[ChangeRecord, ...]
    has_newer: bool
    has_older: bool
