"""A tree as the rows of a page, in the order in which they are written into it."""

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from dashboard.result_view.nodes import Kind, Node
from dashboard.result_view.paths import (
    escape_direction,
    format_condition,
    format_name,
    format_path,
)

GROUP_SIZE = 100
"""So many entries of a long array or object are folded together."""
OPEN_ROWS = 60
"""A page that opens shows about so many rows; what would be more is closed."""
OPEN_ENTRIES = 25
OPEN_LEVELS = 4
SHOWN_TEXT_CHARACTERS = 160

Step = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A value, or the "end" of one whose entries are among the rows.

    A "group" stands for the entries `name`, as "100 … 199". `whole` is the text of a string that
    is long or has several lines, for which `text` is only how it begins. `missing` counts the
    entries that are not among the rows. `condition` is the search for tasks with the same value.
    """

    kind: Literal["object", "array", "group", "string", "number", "boolean", "null", "end"]
    name: str | None = None
    is_number: bool = False
    level: int = 0
    path: str = ""
    text: str = ""
    whole: str | None = None
    count: int = 0
    missing: int = 0
    is_open: bool = False
    condition: str | None = None

    @property
    def is_parent(self) -> bool:
        """Whether rows of its entries follow, up to its "end"."""
        return self.kind == "group" or self.count > self.missing


def list_rows(root: Node) -> Iterator[Row]:
    """List the rows of a whole tree."""
    opened = _choose_open(root)
    # What is yet to be written, last first: no recursion, however deep it goes.
    waiting: list[tuple[Node, Step] | Row] = [(root, ())]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Row):
            yield item
            continue
        node, steps = item
        if not node.is_container:
            yield _write_scalar(node, steps)
            continue
        row = Row(
            node.kind.value,
            *_name(node),
            level=len(steps),
            path=escape_direction(format_path(steps)),
            count=node.count,
            missing=node.count - len(node.children),
            is_open=id(node) in opened,
        )
        yield row
        if row.is_parent:
            waiting.append(Row("end"))
            waiting.extend(reversed(_arrange(node, steps)))


def _arrange(node: Node, steps: Step) -> list[tuple[Node, Step] | Row]:
    entries: list[tuple[Node, Step] | Row] = [
        (child, (*steps, child.name)) for child in node.children if child.name is not None
    ]
    if len(entries) <= GROUP_SIZE:
        return entries
    grouped: list[tuple[Node, Step] | Row] = []
    for start in range(0, len(entries), GROUP_SIZE):
        part = entries[start : start + GROUP_SIZE]
        name = f"{start} … {start + len(part) - 1}"
        is_open = not steps and not start
        grouped += [Row("group", name, is_number=True, level=len(steps) + 1, is_open=is_open)]
        grouped += [*part, Row("end")]
    return grouped


def _write_scalar(node: Node, steps: Step) -> Row:
    text, whole = node.text, _find_whole(node)
    if whole is not None:
        beginning = whole.lstrip().partition("\n")[0][:SHOWN_TEXT_CHARACTERS]
        text = json.dumps(beginning, ensure_ascii=False)[:-1]
    return Row(
        node.kind.value,
        *_name(node),
        level=len(steps),
        path=escape_direction(format_path(steps)),
        text=escape_direction(text),
        whole=whole and escape_direction(whole),
        condition=None if whole else format_condition(steps, node.text),
    )


def _find_whole(node: Node) -> str | None:
    if node.kind is not Kind.STRING:
        return None
    if len(node.text) <= SHOWN_TEXT_CHARACTERS and "\\n" not in node.text:
        return None
    text = str(json.loads(node.text))
    return text if len(node.text) > SHOWN_TEXT_CHARACTERS or "\n" in text else None


def _name(node: Node) -> tuple[str | None, bool]:
    if node.name is None:
        return None, False
    if isinstance(node.name, int):
        return str(node.name), True
    return escape_direction(format_name(node.name)), False


def _choose_open(root: Node) -> set[int]:
    # Level by level, so that the top is open before what lies deep in its first entry.
    opened = {id(root)}
    rows = min(len(root.children), GROUP_SIZE)
    waiting = deque((child, 1) for child in root.children)
    while waiting:
        node, level = waiting.popleft()
        if not node.is_container or len(node.children) > OPEN_ENTRIES or level >= OPEN_LEVELS:
            continue
        if rows + len(node.children) > OPEN_ROWS:
            continue
        rows += len(node.children)
        opened.add(id(node))
        waiting.extend((child, level + 1) for child in node.children)
    return opened
