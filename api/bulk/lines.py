"""Newline-delimited JSON: a line is a task, blank ones are none."""

from collections.abc import Iterator

from api.bulk.pieces import Lines, Piece, TooLong


class LineSplitter:
    """Splits a body into lines of up to `max_bytes`, and holds no more than that of it."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._rest = bytearray()
        self._number = 1
        self._is_skipping = False

    def feed(self, data: bytes) -> Iterator[Piece | TooLong]:
        """See Splitter."""
        searched = len(self._rest)
        self._rest += data
        while self._rest:
            if self._is_skipping:
                end = self._rest.find(b"\n") + 1
                del self._rest[: end or len(self._rest)]
                if not end:
                    return
                self._is_skipping = False
                self._number += 1
                continue
            end = self._rest.rfind(b"\n", searched, self._max_bytes + 1) + 1
            searched = 0
            if end:
                text = bytes(self._rest[:end])
                del self._rest[:end]
                yield Lines(self._number, text)
                self._number += text.count(b"\n")
            elif len(self._rest) > self._max_bytes:
                yield TooLong(self._number, self._max_bytes)
                self._is_skipping = True
            else:
                return

    def finish(self) -> Iterator[Piece | TooLong]:
        """See Splitter; the last line may lack its end."""
        return self.feed(b"\n")
