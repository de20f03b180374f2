"""Which lines of two texts differ, for a page that marks them."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from dashboard.language import ngettext

MAX_COMPARED_LINES = 600
CONTEXT_LINES = 3


class Kind(StrEnum):
    """What a line is to the text it was compared with."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Line:
    """One line to show; of a run that was skipped, `text` says how long it is."""

    kind: Kind
    text: str


def mark_differences(before: str, after: str) -> list[Line]:
    """Show `after` line by line with what came and went since `before`.

    Long runs of equal lines are skipped. Texts that differ in over MAX_COMPARED_LINES lines
    are not compared, because that takes quadratic time: all of `after` counts as added.
    """
    old, new = before.split("\n"), after.split("\n")
    start = _count_equal(old, new)
    end = _count_equal(old[start:][::-1], new[start:][::-1])
    old_middle, new_middle = old[start : len(old) - end], new[start : len(new) - end]
    lines = _same(new[:start], at_start=True)
    if len(old_middle) + len(new_middle) > MAX_COMPARED_LINES:
        lines += [Line(Kind.ADDED, text) for text in new_middle]
    else:
        lines += _compare(old_middle, new_middle)
    return lines + _same(new[len(new) - end :], at_end=True)


def _compare(old: list[str], new: list[str]) -> list[Line]:
    lines: list[Line] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            lines += _same(new[new_from:new_to])
            continue
        lines += [Line(Kind.REMOVED, text) for text in old[old_from:old_to]]
        lines += [Line(Kind.ADDED, text) for text in new[new_from:new_to]]
    return lines


def _same(texts: list[str], *, at_start: bool = False, at_end: bool = False) -> list[Line]:
    head = 0 if at_start else CONTEXT_LINES
    tail = 0 if at_end else CONTEXT_LINES
    skipped = len(texts) - head - tail
    if skipped < CONTEXT_LINES:
        return [Line(Kind.SAME, text) for text in texts]
    return [
        *(Line(Kind.SAME, text) for text in texts[:head]),
        Line(
            Kind.SKIPPED,
            ngettext("… %(num)s line alike …", "… %(num)s lines alike …", skipped),
        ),
        *(Line(Kind.SAME, text) for text in texts[len(texts) - tail :]),
    ]


def _count_equal(first: list[str], second: list[str]) -> int:
    count = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        count += 1
    return count
