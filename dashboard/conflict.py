"""What must be decided, field by field, when two people changed one task."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from dashboard.differences import Line, mark_differences
from dashboard.field_checks import explain_move
from dashboard.language import translate
from dashboard.snapshot import FIELDS, Snapshot, hold_alike
from vision_tasks.lifecycle import Status, is_legal
from vision_tasks.sentences import sentence

TOO_LONG = sentence("(a result too long to show here)")
NOTHING = sentence("(no result)")


class Choice(StrEnum):
    """Whose value of a field shall hold."""

    THEIRS = "theirs"
    YOURS = "yours"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """One field of which theirs and yours differ, written for people.

    `proposed` is the side that alone changed, None where both did; `refusal` says why yours
    cannot be chosen, `is_free` that choosing it makes a move that is not legal.
    """

    name: str
    base: str
    theirs: str
    yours: str
    proposed: Choice | None
    refusal: str | None
    is_free: bool

    @property
    def their_lines(self) -> list[Line]:
        """Theirs, marked against the base."""
        return mark_differences(self.base, self.theirs)

    @property
    def your_lines(self) -> list[Line]:
        """Yours, marked against the base."""
        return mark_differences(self.base, self.yours)

    @property
    def can_merge(self) -> bool:
        """Whether a third text may be written instead of either."""
        return self.name == "result" and translate(TOO_LONG) not in (self.theirs, self.yours)


def find_conflicts(
    base: Snapshot, theirs: Snapshot, yours: Snapshot, *, free_targets: Collection[Status] = ()
) -> list[FieldConflict]:
    """List the fields that need a decision; those that hold the same by now need none.

    The status may become one of `free_targets` by a move that is not legal.
    """
    return [
        FieldConflict(
            name=name,
            base=_show(base, name),
            theirs=_show(theirs, name),
            yours=_show(yours, name),
            proposed=_propose(base, theirs, yours, name),
            refusal=_refuse(theirs, yours, name, free_targets),
            is_free=name == "status" and not is_legal(theirs.status, yours.status),
        )
        for name in FIELDS
        if not hold_alike(theirs, yours, name)
    ]


def find_agreements(base: Snapshot, theirs: Snapshot, yours: Snapshot) -> list[tuple[str, str]]:
    """List the fields, with their value, that both sides changed to the same."""
    return [
        (name, _show(theirs, name))
        for name in FIELDS
        if hold_alike(theirs, yours, name) and not hold_alike(theirs, base, name)
    ]


def find_news(base: Snapshot, now: Snapshot) -> list[tuple[str, str, str]]:
    """List what has changed since `base`, as field, before and after."""
    return [
        (name, _show(base, name), _show(now, name))
        for name in FIELDS
        if not hold_alike(base, now, name)
    ]


def _show(snapshot: Snapshot, name: str) -> str:
    if name == "result":
        if snapshot.is_digest:
            return translate(TOO_LONG)
        return translate(NOTHING) if snapshot.result is None else snapshot.result
    return str(getattr(snapshot, name))


def _propose(base: Snapshot, theirs: Snapshot, yours: Snapshot, name: str) -> Choice | None:
    if hold_alike(yours, base, name):
        return Choice.THEIRS
    return Choice.YOURS if hold_alike(theirs, base, name) else None


def _refuse(
    theirs: Snapshot, yours: Snapshot, name: str, free_targets: Collection[Status]
) -> str | None:
    is_barred = not is_legal(theirs.status, yours.status) and yours.status not in free_targets
    if name == "status" and is_barred:
        return explain_move(theirs.status, yours.status)
    if name == "result" and yours.is_digest:
        return sentence("It is too long to be written from here.")
    return None
