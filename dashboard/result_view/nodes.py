"""JSON text as a tree of its values, each as it is written: no number is ever computed."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

MAX_NODES = 2_000
MAX_LEVELS = 64
# A level of so few values is there whole.
_SHORT_PART = 0.1

_PIECE = re.compile(
    r'"[^"\\]*(?:\\.[^"\\]*)*"|-?[0-9][0-9.eE+-]*|true|false|null|[\[\]{}:,]', re.DOTALL
)


class Kind(StrEnum):
    """What a value of JSON is."""

    OBJECT = "object"
    ARRAY = "array"
    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"


@dataclass(slots=True)
class Node:
    """A value and where it stands: `name` in an object, a number in an array, None at the top.

    `text` is how a scalar is written. An object or array has `count` entries, of which those
    within the bounds of `read_tree` are in `children`.
    """

    kind: Kind
    name: str | int | None
    text: str = ""
    count: int = 0
    children: list["Node"] = field(default_factory=list)

    @property
    def is_container(self) -> bool:
        """Whether it is an object or an array."""
        return self.kind in (Kind.OBJECT, Kind.ARRAY)


def read_tree(text: str, *, max_nodes: int = MAX_NODES, max_levels: int = MAX_LEVELS) -> Node:
    """Read JSON text that is known to be valid; raises ValueError where it has no end.

    Of a document beyond the bounds the top is there whole, if it is short, whatever long array
    comes first; then as many entries as can be there with what is in them. Nesting costs no
    recursion.
    """
    pieces = _PIECE.findall(text)
    reader = _Reader(_share(pieces, max_nodes, max_levels))
    for place, piece in enumerate(pieces):
        reader.read(piece, is_name=pieces[place + 1 : place + 2] == [":"])
    return reader.finish()


def _share(pieces: Sequence[str], max_nodes: int, max_levels: int) -> list[int]:
    levels: Counter[int] = Counter()
    level = 0
    for piece in pieces:
        if piece in "]}":
            level -= 1
        elif piece == ":":
            # What stood before it was a name, and no value.
            levels[level] -= 1
        elif piece != ",":
            levels[level] += 1
            level += piece in "[{"
    shares, left = [], max_nodes
    for number in range(max_levels):
        below = sum(levels[one] for one in range(number, max_levels))
        share = levels[number]
        if below > left and share > _SHORT_PART * max_nodes:
            # In the same proportion as those below, so that what is there is there whole.
            share = max(1, share * left // below)
        shares.append(min(share, left))
        left -= shares[-1]
    return shares


class _Reader:
    def __init__(self, shares: list[int]) -> None:
        self._shares = shares
        self._root: Node | None = None
        # One for each level that is open; None where the value itself is out of bounds.
        self._open: list[Node | None] = []
        self._name: str | None = None

    def read(self, piece: str, *, is_name: bool) -> None:
        if is_name:
            self._name = piece
        elif piece in "]}":
            if not self._open:
                raise ValueError("no JSON text")
            self._open.pop()
        elif piece not in ":,":
            node = self._place(piece)
            if piece in "[{":
                self._open.append(node)

    def finish(self) -> Node:
        if self._root is None or self._open:
            raise ValueError("no whole JSON text")
        return self._root

    def _place(self, piece: str) -> Node | None:
        level = len(self._open)
        parent = self._open[-1] if self._open else None
        number = 0
        if parent is not None:
            number = parent.count
            parent.count += 1
        if level >= len(self._shares) or not self._shares[level]:
            return None
        self._shares[level] -= 1
        name = None if parent is None else self._read_name(parent, number)
        node = Node(_find_kind(piece), name, "" if piece in "[{" else piece)
        if parent is not None:
            parent.children.append(node)
        elif self._root is None:
            self._root = node
        return node

    def _read_name(self, parent: Node, number: int) -> str | int:
        if parent.kind is Kind.ARRAY or self._name is None:
            return number
        return str(json.loads(self._name))


def _find_kind(piece: str) -> Kind:
    match piece[0]:
        case "{":
            return Kind.OBJECT
        case "[":
            return Kind.ARRAY
        case '"':
            return Kind.STRING
        case "n":
            return Kind.NULL
        case "t" | "f":
            return Kind.BOOLEAN
        case _:
            return Kind.NUMBER
