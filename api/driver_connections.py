"""asyncpg's own connections, for the statement that every new task waits for.

They come from the engine's pool and count there. One is kept for a moment after its use, so a
client that sends one request after the other does not pay each time for the pool's look at it.
"""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import PoolProxiedConnection

from vision_tasks.errors import DatabaseUnavailableError
from vision_tasks.faults import LOST_STATEMENT_SQLSTATE, READ_ONLY_SQLSTATE, get_sqlstate
from vision_tasks.ingest_queries import DriverStatement

KEPT_SECONDS = 1.0

# What is no fault of the statement: the server stops or takes no writes any more; it forgot what
# was prepared (behind a pooler); a table is another than when it was prepared.
_LOST_STATES = ("08", "57P", READ_ONLY_SQLSTATE, LOST_STATEMENT_SQLSTATE, "0A000")
_PREPARED = "vision_tasks.prepared"


class DriverConnections:
    """Connections of `engine`, of which up to `kept` stay here between uses."""

    def __init__(self, engine: AsyncEngine, *, acquire_seconds: float, kept: int) -> None:
        self._engine = engine
        self._acquire_seconds = acquire_seconds
        self._kept = kept
        self._idle: list[_DriverConnection] = []
        self._leaving: set[asyncio.Task[None]] = set()

    async def fetch_row(
        self, statement: DriverStatement, again: DriverStatement, **values: Any
    ) -> Any:
        """Run a statement that commits by itself; returns its first row, None without one.

        Where the connection is lost on the way, and nobody knows what came of it, `again` runs on
        another. Raises DatabaseUnavailableError, and what the driver raises.
        """
        try:
            return await self._fetch_row(statement, statement.bind(**values))
        except Exception as exc:
            if not _is_lost(exc):
                raise
        return await self._fetch_row(again, again.bind(**values))

    async def close(self) -> None:
        """Give back what is kept; nothing may be under way any more."""
        while self._idle:
            self._let_go(self._idle[-1])
        if self._leaving:
            await asyncio.wait(self._leaving)

    async def _fetch_row(self, statement: DriverStatement, arguments: Sequence[Any]) -> Any:
        if self._idle:
            connection = self._idle.pop()
            connection.timer.cancel()
        else:
            connection = await self._open()
        try:
            row = await connection.fetch_row(statement, arguments)
        except BaseException as exc:
            if _is_doubtful(exc):
                await connection.pooled.invalidate()
            await connection.pooled.close()
            raise
        connection.timer = asyncio.get_running_loop().call_later(
            KEPT_SECONDS, self._let_go, connection
        )
        self._idle.append(connection)
        if len(self._idle) > self._kept:
            self._let_go(connection)
        return row

    async def _open(self) -> "_DriverConnection":
        # The pool asks a connection whether it lives, under the limit of a statement.
        try:
            async with asyncio.timeout(self._acquire_seconds):
                pooled = await self._engine.connect()
                return _DriverConnection(pooled, await pooled.get_raw_connection())
        except TimeoutError as exc:
            raise DatabaseUnavailableError from exc

    def _let_go(self, connection: "_DriverConnection") -> None:
        connection.timer.cancel()
        self._idle.remove(connection)
        task = asyncio.create_task(connection.pooled.close())
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)


class _DriverConnection:
    timer: asyncio.TimerHandle

    def __init__(self, pooled: AsyncConnection, raw: PoolProxiedConnection) -> None:
        self.pooled = pooled
        self._driver: Any = raw.driver_connection
        self._prepared: dict[str, Any] = raw.info.setdefault(_PREPARED, {})

    async def fetch_row(self, statement: DriverStatement, arguments: Sequence[Any]) -> Any:
        prepared = self._prepared.get(statement.sql)
        if prepared is None:
            # Two clients of one PgBouncer must not give the same name to different statements.
            prepared = await self._driver.prepare(statement.sql, name=f"vt_{uuid4().hex}")
            self._prepared[statement.sql] = prepared
        return await prepared.fetchrow(*arguments)


def _is_doubtful(exc: BaseException) -> bool:
    # The server may have fallen silent, or be at it still.
    return _is_lost(exc) or isinstance(exc, TimeoutError) or not isinstance(exc, Exception)


def _is_lost(exc: BaseException) -> bool:
    if isinstance(exc, TimeoutError):
        # An OSError as well, but of a statement that had its time.
        return False
    state = get_sqlstate(exc)
    if state is None:
        # asyncpg's own word on a connection that is closed has no SQLSTATE.
        return isinstance(exc, OSError) or type(exc).__name__ == "InterfaceError"
    return state.startswith(_LOST_STATES)
