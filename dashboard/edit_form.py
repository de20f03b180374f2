"""The form in which a task is edited: what it was opened with, and what was typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from dashboard.causes import Cause
from dashboard.edition import Edition
from dashboard.errors import DamagedFormError
from dashboard.field_checks import (
    check_cause,
    check_result,
    check_status,
    list_free_targets,
    read_text,
    remove_line_breaks,
)
from dashboard.snapshot import Snapshot, format_snapshot, parse_snapshot, take_snapshot
from vision_tasks.errors import InvalidFieldError
from vision_tasks.filenames import check_filename
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.records import TaskRecord


@dataclass
class EditForm:
    """A form on its way to or from a person; `errors` are sentences by field.

    Whether the person may make moves that are not legal is for `may_move_freely` to say.
    """

    base: Snapshot
    edition: Edition
    status: str
    filename: str
    result: str
    reason: str = ""
    may_move_freely: bool = False
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def open(cls, task: TaskRecord, *, max_bytes: int) -> Self:
        """Open a form on `task`; a result longer than `max_bytes` is left out of it."""
        base = take_snapshot(task, max_bytes=max_bytes)
        shown = "" if base.is_digest else base.result or ""
        return cls(base, Edition.of(task), base.status, base.filename, shown)

    @classmethod
    def read(cls, submitted: Mapping[str, str]) -> Self:
        """Read the form a browser sent; raises DamagedFormError where a hidden field is bad."""
        edition = Edition.read(submitted)
        base = parse_snapshot(submitted.get("base", ""))
        status, filename = submitted.get("status"), submitted.get("filename")
        result = "" if base.is_digest else submitted.get("result")
        if status is None or filename is None or result is None:
            raise DamagedFormError
        reason = remove_line_breaks(submitted.get("reason", ""))
        return cls(base, edition, status, filename, read_text(result), reason)

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields that say what the form was opened on."""
        return {**self.edition.hidden, "base": format_snapshot(self.base)}

    @property
    def free_targets(self) -> list[TaskStatus]:
        """Where the task can only come by a move that is not legal, if the person may make one."""
        return list_free_targets(self.base.status) if self.may_move_freely else []

    def check(self, *, max_bytes: int) -> tuple[Snapshot, Cause]:
        """Return what the person wants the task to hold, and why.

        A field that was not touched is as it was, whatever rules hold today. What cannot be
        accepted is said in `errors`, and that field returned as it was.
        """
        yours = self.base
        try:
            if self.status != self.base.status:
                status = check_status(self.status, self.base.status, free_targets=self.free_targets)
                yours = replace(yours, status=status)
        except InvalidFieldError as exc:
            self.errors["status"] = str(exc)
        try:
            if remove_line_breaks(self.filename) != remove_line_breaks(self.base.filename):
                yours = replace(yours, filename=check_filename(self.filename))
        except InvalidFieldError as exc:
            self.errors["filename"] = str(exc)
        try:
            if not self.base.is_digest and self.result != (self.base.result or ""):
                yours = replace(yours, result=check_result(self.result, max_bytes=max_bytes))
        except InvalidFieldError as exc:
            self.errors["result"] = str(exc)
        cause = Cause()
        try:
            cause = check_cause(self.reason, self.base.status, yours.status)
        except InvalidFieldError as exc:
            self.errors["reason"] = str(exc)
        return yours, cause
