"""A PostgreSQL that can be taken away and given back: a proxy in the test's event loop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from tests.databases import Databases
from vision_tasks.config import Settings

Writer = asyncio.StreamWriter


class Proxy:
    """Stands before the server of `settings`; `hanging`, it accepts and passes nothing on.

    With `is_deaf` what the server says goes no further.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server: asyncio.Server | None = None
        self._writers: list[Writer] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0
        self.hanging = False
        self.is_deaf = False

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._writers.clear()

    def cut(self) -> None:
        """Cut the connections that there are; new ones are accepted."""
        for writer in self._writers:
            writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        self._writers.append(writer)
        with suppress(OSError):
            there, beyond = await self._connect()
            self._writers.append(beyond)
            for source, target in ((reader, beyond), (there, writer)):
                task = asyncio.create_task(self._pass_on(source, target, is_answer=source is there))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _connect(self) -> tuple[asyncio.StreamReader, Writer]:
        server, port = self._settings.POSTGRES_SERVER or "", self._settings.POSTGRES_PORT
        if server.startswith("/"):
            return await asyncio.open_unix_connection(f"{server}/.s.PGSQL.{port}")
        return await asyncio.open_connection(server, port)

    async def _pass_on(
        self, source: asyncio.StreamReader, target: Writer, *, is_answer: bool
    ) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                if not self.hanging and not (self.is_deaf and is_answer):
                    target.write(data)
                    await target.drain()
        target.close()


@asynccontextmanager
async def open_proxy(settings: Settings) -> AsyncIterator[Proxy]:
    proxy = Proxy(settings)
    await proxy.open()
    yield proxy
    await proxy.close()


def settings_through(
    proxy: Proxy, databases: Databases, settings: Settings, **overrides: Any
) -> Settings:
    """Settings that reach the database of `settings` through `proxy` only."""
    return databases.settings_of(
        settings.POSTGRES_DB, POSTGRES_SERVER="127.0.0.1", POSTGRES_PORT=proxy.port, **overrides
    )
