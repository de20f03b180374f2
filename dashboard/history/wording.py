"""What a change did, in words: field by field, before and after."""

from dataclasses import dataclass
from typing import Any

from dashboard.bulk.wording import format_batch_deed, format_batch_extent, name_batch, name_undo
from dashboard.differences import Line, mark_differences
from dashboard.formats import format_tasks
from dashboard.language import gettext, say_word, translate
from vision_tasks.batch_entries import START_ACTIONS, BatchDeed
from vision_tasks.changes import ChangeRecord, Side
from vision_tasks.export_queries import EXPORT_ID
from vision_tasks.lifecycle import LEGAL_MOVES
from vision_tasks.sentences import Sentence, sentence, verbatim

NOTHING = sentence("(no result)")

_DEEDS = {
    "create": sentence("created"),
    "change": sentence("changed"),
    "delete": sentence("deleted"),
}
# What stands in these is a word of this program.
_WORDS = ("action", "role", "role_before", "status", "undoes")
# Of an export; "complete" is a move of the status as well.
_FACTS = {"complete": "whole"}
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
        return gettext("brought back") if change.is_birth else gettext("undone")
    batch_deed = format_batch_deed(change.action, _name_batch(change))
    if batch_deed is not None:
        return batch_deed
    return translate(_DEEDS.get(change.action) or verbatim(change.action.replace("_", " ")))


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
    facts = [
        (_FACTS.get(name, name), _write(value, name) or gettext("none"))
        for name, value in change.after.values.items()
        if name != EXPORT_ID
    ]
    if change.after.result is not None:
        facts.append(("result", change.after.result))
    return facts


def _name_batch(change: ChangeRecord) -> Sentence:
    values = {} if change.after is None else change.after.values
    if change.action not in START_ACTIONS:
        name = values.get("action")
        return sentence("an action on many tasks") if name is None else name_batch(str(name))
    undone = values.get("undoes")
    return name_undo(str(undone)) if undone else verbatim(START_ACTIONS[change.action].value)


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
        lines = mark_differences(*(text or translate(NOTHING) for text in (before, after)))
    return Difference(name, before, after, lines=lines, is_cut=is_cut)


def _value(side: Side | None, name: str) -> str | None:
    if side is None:
        return None
    if name == "result":
        return side.result
    return None if name not in side.values else _write(side.values[name])


def _write(value: Any, name: str = "") -> str:
    if isinstance(value, list):
        return ", ".join(map(_write, value))
    if isinstance(value, dict):
        return ", ".join(f"{say_word(key)}: {_write(one, key)}" for key, one in value.items())
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if name in _WORDS and isinstance(value, str):
        return say_word(value)
    return "" if value is None else str(value)
