"""What a change did, in words: field by field, before and after."""

from dataclasses import dataclass
from typing import Any

from dashboard.bulk.wording import format_batch_deed, format_batch_extent
from dashboard.differences import Line, mark_differences
from dashboard.formats import format_tasks
from vision_tasks.batch_entries import START_ACTIONS, BatchDeed
from vision_tasks.changes import ChangeRecord, Side
from vision_tasks.lifecycle import LEGAL_MOVES

NOTHING = "(no result)"

_DEEDS = {"create": "created", "change": "changed", "delete": "deleted"}
# What is recorded of these besides is in the words for them already.
_TOLD = tuple(deed.value for deed in BatchDeed)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a change; a side is None where there was no task, or no value.

    `move` is the word for a legal move of the status. `lines` mark what differs in a result, where
    both sides are there whole; `is_cut` tells that one is not.
    """

    name: str
    before: str | None
    after: str | None
    move: str | None = None
    lines: list[Line] | None = None
    is_cut: bool = False


def format_deed(change: ChangeRecord) -> str:
    """Say in a word what was done; what other parts of this program record has its own words."""
    if change.action == "undo":
        return "brought back" if change.is_birth else "undone"
    batch_deed = format_batch_deed(change.action, _name_batch(change))
    if batch_deed is not None:
        return batch_deed
    return _DEEDS.get(change.action, change.action.replace("_", " "))


def format_extent(change: ChangeRecord) -> str:
    """Say how many tasks it was about, where it was not one; of a batch, what that means."""
    if change.task_id is not None:
        return ""
    extent = format_batch_extent(change.action, change.tasks)
    return extent or (format_tasks(change.tasks) if change.tasks else "")


def list_differences(change: ChangeRecord, *, characters: int) -> list[Difference]:
    """List what a change did to its task, whose results were read up to `characters` + 1."""
    if change.task_id is None:
        return []
    return [_compare(change, name, characters) for name in change.fields if name != "version"]


def list_facts(change: ChangeRecord) -> list[tuple[str, str]]:
    """List what is recorded of something that was no change of one task."""
    if change.task_id is not None or change.after is None or change.action in _TOLD:
        return []
    facts = [(name, _write(value) or "none") for name, value in change.after.values.items()]
    if change.after.result is not None:
        facts.append(("result", change.after.result))
    return facts


def _name_batch(change: ChangeRecord) -> str:
    values = {} if change.after is None else change.after.values
    if change.action not in START_ACTIONS:
        return str(values.get("action", "an action on many tasks"))
    undone = values.get("undoes")
    kind = START_ACTIONS[change.action]
    return f"{kind} of {undone}" if undone else kind.value


def _compare(change: ChangeRecord, name: str, characters: int) -> Difference:
    before, after = (_value(side, name) for side in (change.before, change.after))
    if name == "status":
        move = next((m.name for m in LEGAL_MOVES if (m.source, m.target) == (before, after)), None)
        return Difference(name, before, after, move=move)
    if name != "result":
        return Difference(name, before, after)
    is_cut = any(text is not None and len(text) > characters for text in (before, after))
    lines = None
    if change.is_change and not is_cut:
        lines = mark_differences(before or NOTHING, after or NOTHING)
    return Difference(name, before, after, lines=lines, is_cut=is_cut)


def _value(side: Side | None, name: str) -> str | None:
    if side is None:
        return None
    if name == "result":
        return side.result
    return None if name not in side.values else _write(side.values[name])


def _write(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_write, value))
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_write(one)}" for name, one in value.items())
    return "" if value is None else str(value)
