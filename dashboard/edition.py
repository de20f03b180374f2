"""Which task, and which state of it, a form was opened on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from dashboard.errors import DamagedFormError
from dashboard.formats import format_machine_moment
from vision_tasks.records import TaskRecord

MAX_VERSION = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Edition:
    """One state of one task: an id may be used again after a deletion, its first birth may not."""

    version: int
    born_at: datetime

    @classmethod
    def of(cls, task: TaskRecord) -> Self:
        """Take the edition that was read."""
        return cls(task.version, task.created_at)

    @classmethod
    def read(cls, submitted: Mapping[str, str]) -> Self:
        """Read the two hidden fields of a form; raises DamagedFormError."""
        version, text = submitted.get("version", ""), submitted.get("born_at", "")
        try:
            born_at = datetime.fromisoformat(text)
            exact = format_machine_moment(born_at) == text
        except (ValueError, OverflowError):
            raise DamagedFormError from None
        if not exact or not (version.isascii() and version.isdigit()):
            raise DamagedFormError
        if len(version) > len(str(MAX_VERSION)) or not 1 <= int(version) <= MAX_VERSION:
            raise DamagedFormError
        return cls(int(version), born_at)

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields, exact to the microsecond."""
        return {"version": str(self.version), "born_at": format_machine_moment(self.born_at)}
