"""Requests that are answered without Quart, which would read a body ahead of whoever wants it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from api.errors import MalformedBodyError, RequestTimeoutError
from api.headers import DEFAULT_HEADERS

Header = tuple[bytes, bytes]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

CUT_OFF = "is cut off or not framed as HTTP says."


class DirectAnswer(NamedTuple):
    """A whole answer; `headers` do not name its length."""

    status: int
    headers: list[Header]
    body: bytes


class DirectRequest:
    """A request of ASGI, read as it comes: a sender is kept waiting until more is asked for.

    `is_complete` tells whether its body has been read to the end; `body_seconds` is the longest
    wait for the whole of one.
    """

    __slots__ = ("_body_seconds", "_receive", "_seen", "is_complete", "scope")

    def __init__(self, scope: Any, receive: Receive, body_seconds: float | None = None) -> None:
        self.scope = scope
        self._receive = receive
        self._body_seconds = body_seconds
        self._seen: list[Any] = []
        self.is_complete = False

    def get_headers(self, name: bytes) -> list[str]:
        """Return every value of the header `name` (in lower case)."""
        return [value.decode("latin-1") for key, value in self.scope["headers"] if key == name]

    async def read_chunk(self) -> bytes:
        """Return what comes next of the body, empty at its end.

        Raises MalformedBodyError where it ends before its time.
        """
        while not self.is_complete:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise MalformedBodyError(CUT_OFF)
            self.is_complete = not message.get("more_body", False)
            if chunk := message.get("body", b""):
                return bytes(chunk)
        return b""

    async def read_whole(self) -> bytes:
        """Return the whole body, which `replay` then gives out again; for short ones only.

        Raises RequestTimeoutError, and MalformedBodyError where it ends before its time.
        """
        chunks = []
        with _Deadline(self._body_seconds):
            while chunk := await self.read_chunk():
                chunks.append(chunk)
        body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        self._seen = [{"type": "http.request", "body": body, "more_body": False}]
        return body

    async def replay(self) -> Any:
        """Stand in for the `receive` of ASGI after `read_whole`."""
        return self._seen.pop() if self._seen else await self._receive()


class _Deadline:
    # What asyncio.timeout does, in a tenth of its time, which every new task would pay.

    __slots__ = ("_is_over", "_seconds", "_task", "_timer")

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._is_over = False

    def __enter__(self) -> None:
        loop = asyncio.get_running_loop()
        self._task = asyncio.current_task(loop)
        self._timer = None if self._seconds is None else loop.call_later(self._seconds, self._end)

    def __exit__(self, kind: object, exc: BaseException | None, _traceback: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
        # Whoever else cancelled it has the last word.
        if self._is_over and self._task is not None and self._task.uncancel() == 0:
            raise RequestTimeoutError from exc

    def _end(self) -> None:
        self._is_over = True
        if self._task is not None:
            self._task.cancel()


Handler = Callable[[DirectRequest], Awaitable[DirectAnswer | None]]
"""Answers a request; None leaves it to Quart, after no more than `read_whole`."""

_DEFAULT_HEADERS = [
    (name.lower().encode(), value.encode()) for name, value in DEFAULT_HEADERS.items()
]


def make_answer(
    status: HTTPStatus, body: bytes, media_type: bytes, headers: Iterable[Header] = ()
) -> DirectAnswer:
    """Make an answer with the headers that every answer carries."""
    return DirectAnswer(
        status.value, [*_DEFAULT_HEADERS, (b"content-type", media_type), *headers], body
    )


def encode_headers(headers: Mapping[str, str]) -> list[Header]:
    """Write headers as ASGI wants them."""
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]


async def send_answer(send: Send, answer: DirectAnswer) -> None:
    """Send all of it."""
    length = (b"content-length", b"%d" % len(answer.body))
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": [*answer.headers, length],
        }
    )
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})
