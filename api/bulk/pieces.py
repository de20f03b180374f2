"""Pieces of a body: some lines, or elements of an array, that came together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from api.bulk.payloads import BulkTask

_SPACE = b" \t\r"

_line_decoder = msgspec.json.Decoder(BulkTask)
_array_decoder = msgspec.json.Decoder(list[BulkTask])


class Piece(Protocol):
    """What both kinds of bodies are split into."""

    @property
    def first(self) -> int:
        """Count lines, or elements, from 1."""

    def decode(self) -> tuple[Sequence[BulkTask], int] | None:
        """Decode all of it at once; returns the tasks and how many quotes stand around them.

        None where it is not plain: one task after the other, without a gap. Raises what msgspec
        raises. Names that stand in an object twice are for the caller to find, by the quotes.
        """

    def split(self) -> Iterator[tuple[int, bytes]]:
        """Give out each line that is not blank, with its number."""


class Splitter(Protocol):
    """Splits a body that comes in parts, wherever the parts begin and end."""

    def feed(self, data: bytes) -> Iterator["Piece | TooLong"]:
        """Take a part and give out what is whole by now; to be asked to its end."""

    def finish(self) -> Iterator["Piece | TooLong"]:
        """Give out what is left; raises MalformedBodyError where something is missing."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Whole lines, each with its end."""

    first: int
    text: bytes

    def decode(self) -> tuple[Sequence[BulkTask], int] | None:
        """See Piece."""
        tasks = _line_decoder.decode_lines(self.text)
        # An object may begin here and end on another line, or two may share one: not where every
        # line begins with a brace, and there are as many as objects.
        ends = self.text.count(b"\n")
        if not self.text.startswith(b"{") or self.text.count(b"\n{") != ends - 1:
            return None
        return (tasks, self.text.count(b'"')) if len(tasks) == ends else None

    def split(self) -> Iterator[tuple[int, bytes]]:
        """See Piece."""
        for number, line in enumerate(self.text.split(b"\n"), self.first):
            if line.strip(_SPACE):
                yield number, line


@dataclass(frozen=True, slots=True)
class Elements:
    """Elements of an array, each an object that holds no other, or one that may be anything."""

    first: int
    texts: Sequence[bytes]

    def decode(self) -> tuple[Sequence[BulkTask], int] | None:
        """See Piece."""
        text = b"[%b]" % b",".join(self.texts)
        tasks = _array_decoder.decode(text)
        return (tasks, text.count(b'"')) if len(tasks) == len(self.texts) else None

    def split(self) -> Iterator[tuple[int, bytes]]:
        """See Piece."""
        return enumerate(self.texts, self.first)


@dataclass(frozen=True, slots=True)
class TooLong:
    """A line, or an element, of more than `max_bytes`."""

    first: int
    max_bytes: int
