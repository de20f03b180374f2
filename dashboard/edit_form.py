"""The form in which a task is edited: what it was opened with, and what was typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from dashboard.edition import Edition
from dashboard.errors import DamagedFormError
from dashboard.field_checks import (
    check_result,
    check_status,
    read_text,
    remove_line_breaks,
)
from dashboard.snapshot import Snapshot, format_snapshot, parse_snapshot, take_snapshot
from vision_tasks.errors import InvalidFieldError
from vision_tasks.filenames import check_filename
from vision_tasks.records import TaskRecord


@dataclass
class EditForm:
    """A form on its way to or from a person; `errors` are sentences by field."""

    base: Snapshot
    edition: Edition
    status: str
    filename: str
    result: str
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
        return cls(base, edition, status, filename, read_text(result))

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields that say what the form was opened on."""
        return {**self.edition.hidden, "base": format_snapshot(self.base)}

    def check(self, *, max_bytes: int) -> Snapshot:
        """Return what the person wants the task to hold.

        A field that was not touched is as it was, whatever rules hold today. What cannot be
        accepted is said in `errors`, and that field returned as it was.
        """
        yours = self.base
        try:
            if self.status != self.base.status:
                yours = replace(yours, status=check_status(self.status, self.base.status))
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
        return yours
