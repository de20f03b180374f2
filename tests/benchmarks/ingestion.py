"""Ways to bring many tasks into PostgreSQL: ours, its own COPY, and those of two peers.

Each is given settings of a database that holds none, and returns the seconds for `number` tasks.
"""

import asyncio
import json
import socket
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from tests.api.wire import KEY_LINE, read_to_end
from tests.servers import serve_api
from vision_tasks.config import Settings

THOUSAND = 1_000
LINES_A_PART = 10_000


def copy_records(settings: Settings, number: int) -> float:
    """asyncpg's `copy_records_to_table`, from records that are made by then."""
    records = [(name,) for name in _make_names(number)]

    async def copy(connection: Any) -> None:
        await connection.copy_records_to_table("tasks", records=records, columns=["filename"])

    return asyncio.run(_with_asyncpg(settings, copy))


def post_lines(settings: Settings, number: int) -> float:
    """`POST /tasks/bulk` of lines that are made by then, to one server process."""
    body = b"".join(make_parts(number))
    with serve_api(settings) as url:
        began = time.perf_counter()
        created = send(url, [body], len(body))
        seconds = time.perf_counter() - began
    assert created == number
    return seconds


def enqueue(settings: Settings, number: int) -> float:
    """PgQueuer's `enqueue`, a thousand at a time."""
    from pgqueuer.db import AsyncpgDriver  # noqa: PLC0415
    from pgqueuer.queries import Queries  # noqa: PLC0415

    payloads: list[Any] = [json.dumps({"filename": name}).encode() for name in _make_names(number)]

    async def enqueue_all(connection: Any) -> None:
        queries = Queries(AsyncpgDriver(connection))
        for start in range(0, number, THOUSAND):
            part = payloads[start : start + THOUSAND]
            await queries.enqueue(["detect"] * len(part), part, [0] * len(part))

    async def install(connection: Any) -> None:
        await Queries(AsyncpgDriver(connection)).install()

    asyncio.run(_with_asyncpg(settings, install))
    return asyncio.run(_with_asyncpg(settings, enqueue_all))


def defer(settings: Settings, number: int) -> float:
    """Procrastinate's `batch_defer`, a thousand at a time."""
    import procrastinate  # noqa: PLC0415

    connector = procrastinate.PsycopgConnector(
        kwargs={
            "host": settings.POSTGRES_SERVER,
            "port": settings.POSTGRES_PORT,
            "user": settings.POSTGRES_USER,
            "password": settings.POSTGRES_PASSWORD.get_secret_value(),
            "dbname": settings.POSTGRES_DB,
        }
    )
    app = procrastinate.App(connector=connector)

    @app.task(name="detect")
    def detect(filename: str) -> None: ...

    arguments: list[Any] = [{"filename": name} for name in _make_names(number)]

    async def defer_all() -> float:
        async with app.open_async():
            await app.schema_manager.apply_schema_async()
            began = time.perf_counter()
            for start in range(0, number, THOUSAND):
                await detect.batch_defer_async(*arguments[start : start + THOUSAND])
            return time.perf_counter() - began

    return asyncio.run(defer_all())


def make_parts(number: int) -> Iterator[bytes]:
    """Write `number` tasks as NDJSON, in parts."""
    names = _make_names(number)
    for start in range(0, number, LINES_A_PART):
        yield b"".join(
            b'{"filename": "%b"}\n' % name.encode() for name in names[start : start + LINES_A_PART]
        )


def send(url: str, parts: Iterable[bytes], length: int) -> int:
    """Send a body as fast as it is taken; returns how many tasks were made of it."""
    address = urlsplit(url)
    head = (
        "POST /api/v1/tasks/bulk HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Content-Type: application/x-ndjson\r\nContent-Length: {length}\r\n"
    ).encode()
    with socket.create_connection((address.hostname or "", address.port or 0)) as wire:
        wire.sendall(head + KEY_LINE + b"\r\n")
        for part in parts:
            wire.sendall(part)
        answer = read_to_end(wire)
    assert answer.startswith(b"HTTP/1.1 201 "), answer
    return int(json.loads(answer.partition(b"\r\n\r\n")[2])["created"])


async def _with_asyncpg(settings: Settings, work: Callable[[Any], Awaitable[None]]) -> float:
    connection = await asyncpg.connect(
        host=settings.POSTGRES_SERVER,
        port=settings.POSTGRES_PORT,
        user=settings.POSTGRES_USER,
        password=settings.POSTGRES_PASSWORD.get_secret_value(),
        database=settings.POSTGRES_DB,
    )
    began = time.perf_counter()
    await work(connection)
    seconds = time.perf_counter() - began
    await connection.close()
    return seconds


def _make_names(number: int) -> list[str]:
    return [f"street-{index:07d}.jpg" for index in range(number)]
