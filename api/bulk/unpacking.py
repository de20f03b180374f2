"""gzip (RFC 1952) as a Content-Encoding, unpacked a piece at a time."""

import zlib
from collections.abc import Iterator, Sequence

from api.errors import MalformedBodyError

PIECE_BYTES = 65_536

# What is read ahead of the end of a member is copied, so this is what many short ones cost each.
_READ_BYTES = 16_384
_GZIP = 31
_CODINGS = {"": False, "identity": False, "gzip": True, "x-gzip": True}


def read_coding(lines: Sequence[str]) -> bool | None:
    """Tell from all Content-Encoding headers whether a body is gzip; None: it is something else."""
    return _CODINGS.get(",".join(lines).strip().lower())


class GzipUnpacker:
    """Unpacks what comes in parts, of one gzip member or several; whoever asks sets the bound."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP)
        self._is_fresh = True

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Give out what `data` unpacks to, PIECE_BYTES at most at a time, as it is asked for."""
        for start in range(0, len(data), _READ_BYTES):
            yield from self._unpack(data[start : start + _READ_BYTES])

    def finish(self) -> None:
        """Raise MalformedBodyError if more must follow; an empty body is no gzip either."""
        if self._is_fresh or not self._member.eof:
            raise MalformedBodyError("is cut off: its gzip has no end.")

    def _unpack(self, data: bytes) -> Iterator[bytes]:
        # What is held back when all of `data` has gone in comes out with the end of the member.
        while data:
            if self._member.eof:
                self._member = zlib.decompressobj(_GZIP)
            self._is_fresh = False
            try:
                piece = self._member.decompress(data, PIECE_BYTES)
            except zlib.error as exc:
                raise MalformedBodyError("is not the gzip that Content-Encoding says.") from exc
            data = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            if piece:
                yield piece
