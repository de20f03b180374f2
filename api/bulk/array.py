"""A JSON array, split into its elements while it comes."""

import re
from collections.abc import Iterator, Sequence

from api.bulk.pieces import Elements, Piece, TooLong
from api.errors import MalformedBodyError

_SPACE = b" \t\r\n"
_GAP = re.compile(rb"[ \t\r\n]*+")
_STRING = rb'"[^"\\]*(?:\\.[^"\\]*)*"'
_OBJECT = rb'\{[^"{}\[\]]*(?:%b[^"{}\[\]]*)*\}' % _STRING
_OBJECTS = re.compile(_OBJECT, re.DOTALL)
_RUN = re.compile(rb"(?:%b%b%b,)+" % (_GAP.pattern, _OBJECT, _GAP.pattern), re.DOTALL)
_IN_STRING = re.compile(rb'["\\]')
_OUTSIDE = re.compile(rb'["{}\[\],]')


class ArraySplitter:
    """Splits a body into elements of up to `max_bytes`, and holds no more than that of it.

    Whatever stands between two commas of the array is an element; others judge what it is.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._rest = bytearray()
        self._number = 1
        self._end = _ElementEnd()
        self._has_begun = False
        self._has_ended = False
        self._is_skipping = False

    def feed(self, data: bytes) -> Iterator[Piece | TooLong]:
        """See Splitter; raises MalformedBodyError for what stands before or after the array."""
        self._rest += data
        self._begin()
        while self._has_begun and not self._has_ended:
            if self._end.is_fresh and not self._is_skipping and (texts := self._take_run()):
                yield Elements(self._number, texts)
                self._number += len(texts)
                continue
            length = self._end.find(self._rest)
            if length is not None:
                yield from self._take_element(length)
                continue
            if len(self._rest) > self._max_bytes and not self._is_skipping:
                self._is_skipping = True
                yield TooLong(self._number, self._max_bytes)
            if self._is_skipping:
                self._end.forget(len(self._rest))
                self._rest.clear()
            break
        if self._has_ended:
            self._drop_gap()
            if self._rest:
                raise MalformedBodyError("goes on after the end of its JSON array.")

    def finish(self) -> Iterator[Piece | TooLong]:
        """See Splitter."""
        if not self._has_ended:
            raise MalformedBodyError("is no JSON array, or one that is cut off.")
        return iter(())

    def _begin(self) -> None:
        self._drop_gap()
        if not self._has_begun and self._rest:
            if not self._rest.startswith(b"["):
                raise MalformedBodyError("must be a JSON array.")
            del self._rest[:1]
            self._has_begun = True

    def _take_run(self) -> Sequence[bytes]:
        # Nearly always all that is there: objects that hold no others, each with its comma.
        self._drop_gap()
        run = _RUN.match(self._rest, 0, self._max_bytes)
        if run is None:
            return ()
        texts = _OBJECTS.findall(run[0])
        del self._rest[: run.end()]
        return texts

    def _take_element(self, length: int) -> Iterator[Piece | TooLong]:
        text = bytes(self._rest[:length]).strip(_SPACE)
        self._has_ended = self._rest.startswith(b"]", length)
        del self._rest[: length + 1]
        self._end = _ElementEnd()
        is_empty_array = self._has_ended and self._number == 1 and not text
        if not self._is_skipping and not is_empty_array:
            if len(text) > self._max_bytes:
                yield TooLong(self._number, self._max_bytes)
            else:
                yield Elements(self._number, [text])
        self._is_skipping = False
        self._number += 1

    def _drop_gap(self) -> None:
        if (self._end.is_fresh and not self._is_skipping) and (gap := _GAP.match(self._rest)):
            del self._rest[: gap.end()]


class _ElementEnd:
    """Looks for the end of one element, over as many parts as it comes in."""

    def __init__(self) -> None:
        self._position = 0
        self._depth = 0
        self._is_in_string = False

    @property
    def is_fresh(self) -> bool:
        return self._position == 0

    def find(self, text: bytearray) -> int | None:
        """Return where the comma or bracket behind it stands, None where that is still to come."""
        while match := (_IN_STRING if self._is_in_string else _OUTSIDE).search(
            text, self._position
        ):
            token, self._position = match[0], match.end()
            if token == b"\\":
                # What follows may not be here yet.
                self._position += 1
            elif token == b'"':
                self._is_in_string = not self._is_in_string
            elif token in b"{[":
                self._depth += 1
            elif self._depth and token in b"}]":
                self._depth -= 1
            elif not self._depth and token in b",]":
                return match.start()
        self._position = max(self._position, len(text))
        return None

    def forget(self, length: int) -> None:
        """Note that so much of the text has been dropped from its beginning."""
        self._position -= length
