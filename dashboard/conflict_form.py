"""The form of the conflict page: the three states it shows, and what the person chose."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

from dashboard.causes import Cause
from dashboard.conflict import Choice, FieldConflict, find_agreements, find_conflicts
from dashboard.edition import Edition
from dashboard.errors import DamagedFormError
from dashboard.field_checks import (
    check_cause,
    check_result,
    check_status,
    read_text,
    remove_line_breaks,
)
from dashboard.snapshot import FIELDS, Snapshot, format_snapshot, parse_snapshot, take_snapshot
from vision_tasks.errors import InvalidFieldError
from vision_tasks.filenames import check_filename
from vision_tasks.lifecycle import Status
from vision_tasks.records import TaskRecord
from vision_tasks.sentences import sentence


@dataclass
class ConflictForm:
    """A conflict on its way to or from a person; `choices` and `errors` are by field.

    `theirs` is what the task held as `edition`; `merged` is the text that `result` shall be
    where its choice is Choice.MERGED; `undoes` is the number of the change that yours takes back,
    if it does. `free_targets`, where a move that is not legal may lead, is no part of what is sent.
    """

    base: Snapshot
    theirs: Snapshot
    yours: Snapshot
    edition: Edition
    choices: dict[str, Choice] = field(default_factory=dict)
    merged: str = ""
    reason: str = ""
    undoes: int | None = None
    free_targets: Collection[Status] = ()
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def open(
        cls,
        base: Snapshot,
        yours: Snapshot,
        task: TaskRecord,
        *,
        max_bytes: int,
        reason: str = "",
        undoes: int | None = None,
        free_targets: Collection[Status] = (),
    ) -> Self:
        """Lay out `yours` against `task`, which has changed since `base`."""
        theirs = take_snapshot(task, max_bytes=max_bytes)
        form = cls(
            base,
            theirs,
            yours,
            Edition.of(task),
            merged=yours.result or "",
            reason=reason,
            undoes=undoes,
            free_targets=free_targets,
        )
        form.choices = {
            conflict.name: conflict.proposed
            for conflict in form.conflicts
            if conflict.proposed is not None
        }
        return form

    @classmethod
    def read(cls, submitted: Mapping[str, str]) -> Self:
        """Read the form a browser sent; raises DamagedFormError where a hidden field is bad."""
        edition = Edition.read(submitted)
        base, theirs, yours = (
            parse_snapshot(submitted.get(name, "")) for name in ("base", "theirs", "yours")
        )
        form = cls(
            base,
            theirs,
            yours,
            edition,
            merged=read_text(submitted.get("merged_result", "")),
            reason=remove_line_breaks(submitted.get("reason", "")),
            undoes=_read_number(submitted.get("undoes")),
        )
        for name in FIELDS:
            choice = submitted.get(f"choice_{name}")
            if choice in tuple(Choice):
                form.choices[name] = Choice(choice)
        return form

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields that say what the page showed."""
        return {
            **self.edition.hidden,
            "base": format_snapshot(self.base),
            "theirs": format_snapshot(self.theirs),
            "yours": format_snapshot(self.yours),
            **({} if self.undoes is None else {"undoes": str(self.undoes)}),
        }

    @cached_property
    def conflicts(self) -> list[FieldConflict]:
        """The fields to decide."""
        return find_conflicts(self.base, self.theirs, self.yours, free_targets=self.free_targets)

    @cached_property
    def agreements(self) -> list[tuple[str, str]]:
        """The fields that both sides changed to the same."""
        return find_agreements(self.base, self.theirs, self.yours)

    def resolve(self, *, max_bytes: int) -> tuple[Snapshot, Cause]:
        """Return what the person chose, and why, given that nothing is left in `errors`."""
        chosen = self.theirs
        for conflict in self.conflicts:
            try:
                chosen = self._apply(chosen, conflict, max_bytes)
            except InvalidFieldError as exc:
                self.errors[conflict.name] = str(exc)
        cause = Cause()
        try:
            cause = check_cause(self.reason, self.theirs.status, chosen.status, undone=self.undoes)
        except InvalidFieldError as exc:
            self.errors["reason"] = str(exc)
        return chosen, cause

    def _apply(self, chosen: Snapshot, conflict: FieldConflict, max_bytes: int) -> Snapshot:
        choice = self.choices.get(conflict.name)
        if choice is None or (choice is Choice.MERGED and not conflict.can_merge):
            raise InvalidFieldError(
                conflict.name, sentence("was changed on both sides: choose one of them.")
            )
        if choice is Choice.THEIRS:
            return chosen
        if choice is Choice.YOURS and conflict.refusal is not None:
            raise InvalidFieldError(
                conflict.name, sentence("cannot be yours. %(why)s", why=conflict.refusal)
            )
        if conflict.name == "status":
            status = check_status(
                self.yours.status, self.theirs.status, free_targets=self.free_targets
            )
            return replace(chosen, status=status)
        if conflict.name == "filename":
            return replace(chosen, filename=check_filename(self.yours.filename))
        typed = self.merged if choice is Choice.MERGED else self.yours.result or ""
        result = check_result(typed, max_bytes=max_bytes)
        return replace(chosen, result=result, is_digest=False)


def _read_number(text: str | None) -> int | None:
    if text is None:
        return None
    if re.fullmatch(r"[1-9][0-9]{0,17}", text) is None:
        raise DamagedFormError
    return int(text)
