"""Lines gathered into what one request carries."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from vision_tasks.sending.entries import Rejection, Wish, read_wish
from vision_tasks.sending.lines import LINE_MAX_BYTES, Line
from vision_tasks.sending.occurrences import Occurrences
from vision_tasks.sending.runs import Identities

CHUNK_MAX_LINES = 10_000
CHUNK_MAX_BYTES = 1_000_000
"""Within the mebibyte that proxies let through as they come."""
CHUNK_MAX_SECONDS = 5.0
"""Longest wait for a chunk to fill, for input that trickles."""

_ID_AND_FRAME_BYTES = 64
_LEAST_PART = 10


class Entry(NamedTuple):
    """A task to send: the JSON of it, and the line that it stands for."""

    line: Line
    body: bytes
    has_own_id: bool


@dataclass
class Chunk:
    """A part of the input, whole: what to send of it, and what is none."""

    entries: list[Entry] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    bytes_read: int = 0
    """How much of the input lies before its end."""


class Chunks:
    """Cuts lines into chunks of at most `max_lines` lines and CHUNK_MAX_BYTES.

    Where a chunk ends depends on its lines alone, unless they trickle in.
    """

    def __init__(
        self,
        identities: Identities,
        occurrences: Occurrences,
        *,
        is_ndjson: bool,
        max_lines: int = CHUNK_MAX_LINES,
    ) -> None:
        self._identities = identities
        self._occurrences = occurrences
        self._is_ndjson = is_ndjson
        self._max_lines = max_lines
        self._min_lines = max_lines // _LEAST_PART
        # Half of `max_lines` on average.
        self._divisor = max(1, max_lines // 2 - self._min_lines)
        self._bytes_read = 0
        self._wishes: list[tuple[Wish, bytes]] = []
        self._rejections: list[Rejection] = []
        self._bytes = 0
        self._begun_at = 0.0

    def cut(self, lines: Iterable[Line | None]) -> Iterator[Chunk]:
        """Yield the chunks of `lines`, in which None is a pause; empty lines are nothing."""
        for line in lines:
            if line is None:
                if self._is_overdue():
                    yield self._finish()
                continue
            size = LINE_MAX_BYTES if line.source is None else len(line.source)
            if size and self._bytes and not self._has_room(size):
                yield self._finish()
            self._bytes_read += size + 1
            if size and self._add(line, size):
                yield self._finish()
        if self._bytes:
            yield self._finish()

    def _has_room(self, size: int) -> bool:
        return self._bytes + size + _ID_AND_FRAME_BYTES <= CHUNK_MAX_BYTES

    def _is_overdue(self) -> bool:
        return bool(self._bytes) and time.monotonic() - self._begun_at > CHUNK_MAX_SECONDS

    def _add(self, line: Line, size: int) -> bool:
        if not self._bytes:
            self._begun_at = time.monotonic()
        self._bytes += size + _ID_AND_FRAME_BYTES
        read = read_wish(line, is_ndjson=self._is_ndjson)
        if isinstance(read, Rejection):
            self._rejections.append(read)
            return self._count() >= self._max_lines
        digest = self._identities.digest(read.filename.encode())
        self._wishes.append((read, digest))
        is_end = int.from_bytes(digest[-4:], "big") % self._divisor == 0
        return self._count() >= (self._min_lines if is_end else self._max_lines)

    def _count(self) -> int:
        return len(self._wishes) + len(self._rejections)

    def _finish(self) -> Chunk:
        without_id = [digest for wish, digest in self._wishes if wish.id is None]
        occurrences = iter(self._occurrences.count(without_id))
        format_id, encode = self._identities.format_id, msgspec.json.encode
        entries = [
            Entry(
                wish.line,
                encode(
                    {
                        "id": wish.id or format_id(digest, next(occurrences)),
                        "filename": wish.filename,
                    }
                ),
                wish.id is not None,
            )
            for wish, digest in self._wishes
        ]
        chunk = Chunk(entries, self._rejections, self._bytes_read)
        self._wishes, self._rejections, self._bytes = [], [], 0
        return chunk
