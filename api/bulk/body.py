"""The body of a bulk request: read a part at a time, unpacked, and held to its bounds."""

import asyncio
import hashlib
from collections.abc import Iterator

from api.bulk.unpacking import GzipUnpacker
from api.direct import DirectRequest
from api.errors import BodyTooLargeError, RequestTimeoutError

LEAST_BYTES = 1_024
"""What must arrive within the time that a sender has, unless the body ends."""


class Body:
    """What a client sends, no faster than it is asked for; `size` is what was given out so far."""

    def __init__(
        self, request: DirectRequest, *, is_gzip: bool, max_bytes: int, idle_seconds: float
    ) -> None:
        self._request = request
        self._max_bytes = max_bytes
        self._idle_seconds = idle_seconds
        self._unpacker = GzipUnpacker() if is_gzip else None
        self._unpacked: Iterator[bytes] = iter(())
        self._hash = hashlib.sha256()
        self._arrived = 0
        self.size = 0
        declared = request.get_headers(b"content-length")
        if declared and int(declared[0]) > max_bytes:
            raise BodyTooLargeError(max_bytes)

    async def read(self) -> bytes:
        """Return the next part, empty at the end.

        Raises BodyTooLargeError, RequestTimeoutError, and MalformedBodyError where the body is cut
        off or no gzip though it should be.
        """
        data = await self._read()
        self._hash.update(data)
        self.size += len(data)
        if self.size > self._max_bytes:
            raise BodyTooLargeError(self._max_bytes)
        return data

    def digest(self) -> bytes:
        """Return the SHA-256 of what was given out."""
        return self._hash.digest()

    async def _read(self) -> bytes:
        if self._unpacker is None:
            return await self._receive()
        while (data := next(self._unpacked, None)) is None:
            if not (packed := await self._receive()):
                self._unpacker.finish()
                return b""
            self._unpacked = self._unpacker.feed(packed)
        # What came at once may unpack to a thousand times as much, and to unpack is no waiting.
        await asyncio.sleep(0)
        return data

    async def _receive(self) -> bytes:
        chunks = []
        size = 0
        try:
            async with asyncio.timeout(self._idle_seconds):
                while size < LEAST_BYTES and (chunk := await self._request.read_chunk()):
                    chunks.append(chunk)
                    size += len(chunk)
        except TimeoutError as exc:
            raise RequestTimeoutError from exc
        self._arrived += size
        if self._arrived > self._max_bytes:
            raise BodyTooLargeError(self._max_bytes)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)
