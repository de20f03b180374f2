"""More new tasks than a server can store: sent at a rate, whatever the answers, or by many at once.

wrk sends on a connection only what the last answer has left room for, so a server that is slow
slows it down; and it does not tell how long the refused waited, apart from the others.
"""

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

import uvloop

from tests.api.wire import KEY_LINE

TICK_SECONDS = 0.002
PROBE_SECONDS = 0.05
MAX_CONNECTIONS = 5_000
BODY = b'{"filename":"street-0417.jpg"}'
POST = (
    b"POST /api/v1/tasks HTTP/1.1\r\nHost: localhost\r\n%bContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (KEY_LINE, len(BODY), BODY)
)
LIVEZ = b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@dataclass
class Flood:
    """What came of it, in seconds: by status (0 is none), of /livez, and until all was over."""

    answers: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    livez: list[float] = field(default_factory=list)
    seconds: float = 0
    calm_seconds: float = 0

    def format(self, status: int) -> str:
        """Rate and latencies of the answers with `status`."""
        return (
            f"{len(self.answers[status]) / self.seconds:8,.0f}/s  {_format(self.answers[status])}"
        )

    def format_livez(self) -> str:
        return _format(self.livez)


def find_slowest_post(url: str) -> float:
    """Send some new tasks one after the other; returns seconds."""
    return uvloop.run(_Sender(url).post_some())


def flood(
    url: str, *, quick: float, seconds: float, rate: float | None = None, connections: int = 0
) -> Flood:
    """Send `rate` a second, or as fast as `connections` are answered; then wait for the rest.

    `calm_seconds` is how long after the last one was sent a new client's post was stored within
    `quick` seconds.
    """
    return uvloop.run(_Sender(url).flood(quick, seconds, rate, connections))


class _Sender:
    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._address = address.hostname or "", address.port or 0
        self._found = Flood()
        self._idle: list[_Connection] = []
        self._connections: set[_Connection] = set()
        self._opening: set[asyncio.Task[None]] = set()
        self._is_endless = False

    async def post_some(self) -> float:
        return max([(await self._exchange(POST))[1] for _ in range(20)])

    async def flood(
        self, quick: float, seconds: float, rate: float | None, connections: int
    ) -> Flood:
        self._is_endless = rate is None
        probe = asyncio.create_task(self._probe())
        began = time.perf_counter()
        for _ in range(connections):
            self._send()
        sent = 0
        while (now := time.perf_counter() - began) < seconds:
            while rate is not None and sent < now * rate:
                self._send()
                sent += 1
            await asyncio.sleep(TICK_SECONDS)
        self._is_endless = False
        self._found.seconds = seconds
        ended = time.perf_counter()
        while True:
            if await self._exchange(POST) <= (201, quick):
                break
            await asyncio.sleep(TICK_SECONDS)
        self._found.calm_seconds = time.perf_counter() - ended
        while True:
            if not self._opening and len(self._idle) == len(self._connections):
                break
            await asyncio.sleep(PROBE_SECONDS)
        probe.cancel()
        for connection in self._connections:
            connection.transport.abort()
        return self._found

    def end(self, connection: "_Connection", status: int) -> None:
        self._found.answers[status].append(time.perf_counter() - connection.began)
        if not status:
            self._connections.discard(connection)
        elif self._is_endless:
            connection.send()
        else:
            self._idle.append(connection)

    def _send(self) -> None:
        if self._idle:
            self._idle.pop().send()
        elif len(self._connections) < MAX_CONNECTIONS:
            connection = _Connection(self)
            self._connections.add(connection)
            task = asyncio.create_task(self._open(connection))
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    async def _open(self, connection: "_Connection") -> None:
        try:
            await asyncio.get_running_loop().create_connection(lambda: connection, *self._address)
        except OSError:
            self.end(connection, 0)

    async def _probe(self) -> None:
        while True:
            self._found.livez.append((await self._exchange(LIVEZ))[1])
            await asyncio.sleep(PROBE_SECONDS)

    async def _exchange(self, message: bytes) -> tuple[int, float]:
        began = time.perf_counter()
        reader, writer = await asyncio.open_connection(*self._address)
        writer.write(message)
        head = await reader.readuntil(b"\r\n\r\n")
        writer.close()
        return int(head[9:12]), time.perf_counter() - began


class _Connection(asyncio.Protocol):
    transport: asyncio.Transport

    def __init__(self, sender: _Sender) -> None:
        self._sender = sender
        self._seen = b""
        self._waits = True
        self.began = time.perf_counter()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's own is no subclass of it.
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(POST)

    def send(self) -> None:
        self._waits, self.began = True, time.perf_counter()
        self.transport.write(POST)

    def data_received(self, data: bytes) -> None:
        self._seen += data
        head, found, body = self._seen.partition(b"\r\n\r\n")
        if found and len(body) >= _read_length(head):
            self._seen, self._waits = b"", False
            self._sender.end(self, int(head[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        if self._waits:
            self._sender.end(self, 0)


def _read_length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length: ")
    return int(rest.partition(b"\r\n")[0])


def _format(seconds: list[float]) -> str:
    if not seconds:
        return "none"
    ordered = sorted(1000 * one for one in seconds)
    median, p99 = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]
    return f"median {median:8.1f} ms  p99 {p99:8.1f} ms"
