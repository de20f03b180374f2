"""asyncpg's own connection for what is about a whole body: COPY, and statements that take long."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from api.bulk.errors import StagingRightError, TaskIdTakenError
from vision_tasks.errors import DatabaseTimeoutError, DatabaseUnavailableError, VisionTasksError
from vision_tasks.faults import DEADLOCK_SQLSTATE, NO_RIGHT_SQLSTATE, get_sqlstate
from vision_tasks.ingest_queries import DriverStatement
from vision_tasks.staging_queries import CREATE_STAGED

COPY_SECONDS = 6 * 3600
"""Longest COPY or statement about a whole body."""

Result = TypeVar("Result")
End = Callable[[VisionTasksError], None]

_UNIQUE_VIOLATION_SQLSTATE = "23505"
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class CopyConnection:
    """The driver's side of a connection that is in a transaction.

    `stall_seconds` is the longest that PostgreSQL may take until it asks for more of a COPY.
    Raises DatabaseUnavailableError, DatabaseTimeoutError, and what the driver raises.
    """

    def __init__(self, connection: AsyncConnection, driver: Any, stall_seconds: float) -> None:
        self._connection = connection
        self._driver = driver
        self._stall_seconds = stall_seconds

    @classmethod
    async def of(cls, connection: AsyncConnection, stall_seconds: float) -> "CopyConnection":
        """Take the driver's connection from SQLAlchemy's."""
        raw = await connection.get_raw_connection()
        return cls(connection, raw.driver_connection, stall_seconds)

    async def copy(self, table: str, columns: Sequence[str], source: AsyncIterator[bytes]) -> None:
        """Copy what `source` gives out in the text format.

        Raises what `source` raises, and TaskIdTakenError, too.
        """
        checked = _Checked(source)

        def start(end: End) -> Coroutine[Any, Any, Any]:
            timed = _Timed(checked, self._stall_seconds, lambda: end(DatabaseTimeoutError()))
            copying: Coroutine[Any, Any, Any] = self._driver.copy_to_table(
                table, source=timed, columns=columns, format="text", timeout=COPY_SECONDS
            )
            return copying

        try:
            await self._watch(start)
        except Exception as exc:
            if checked.fault is not None:
                raise checked.fault from exc
            if get_sqlstate(exc) != _UNIQUE_VIOLATION_SQLSTATE:
                raise
            found = _UUID.search(str(getattr(exc, "detail", "")))
            raise TaskIdTakenError(found[0] if found else "with an id of yours") from exc
        if checked.fault is not None:
            raise checked.fault

    async def create_staged(self) -> None:
        """Make the table that new tasks go through; raises StagingRightError, too."""
        try:
            await self._watch(lambda _end: self._driver.execute(CREATE_STAGED))
        except Exception as exc:
            if get_sqlstate(exc) != NO_RIGHT_SQLSTATE:
                raise
            raise StagingRightError from exc

    async def fetch(self, statement: DriverStatement, **values: Any) -> list[Any]:
        """Run a statement about a whole body and return its rows."""

        async def run() -> list[Any]:
            # Two clients of one PgBouncer must not give the same name to different statements.
            prepared = await self._driver.prepare(statement.sql, name=f"vt_{uuid4().hex}")
            rows: list[Any] = await prepared.fetch(*statement.bind(**values), timeout=COPY_SECONDS)
            return rows

        return await self._watch(lambda _end: run())

    async def _watch(self, start: Callable[[End], Coroutine[Any, Any, Result]]) -> Result:
        # A COPY that waits to send more does not notice that its connection is lost.
        fault: VisionTasksError | None = None

        def end(reason: VisionTasksError) -> None:
            nonlocal fault
            fault = fault or reason
            task.cancel()

        def note_loss(_driver: Any) -> None:
            end(DatabaseUnavailableError())

        self._driver.add_termination_listener(note_loss)
        task = asyncio.create_task(start(end))
        try:
            return await task
        except BaseException as exc:
            if fault is None and self._driver.is_closed():
                fault = DatabaseUnavailableError()
            if fault is not None:
                await self._connection.invalidate()
                raise fault from exc
            if get_sqlstate(exc) == DEADLOCK_SQLSTATE:
                raise DatabaseTimeoutError from exc
            raise
        finally:
            self._driver.remove_termination_listener(note_loss)


class _Checked:
    # Ends where its source fails. Of a failure asyncpg would tell PostgreSQL, and then wait for an
    # answer that never comes where PostgreSQL has refused a row and is done with the COPY by then.

    def __init__(self, source: AsyncIterator[bytes]) -> None:
        self._source = source
        self.fault: Exception | None = None

    def __aiter__(self) -> "_Checked":
        return self

    async def __anext__(self) -> bytes:
        try:
            return await anext(self._source)
        except StopAsyncIteration:
            raise
        except Exception as exc:
            self.fault = exc
            raise StopAsyncIteration from exc


class _Timed:
    # Rings when nobody asks for more within a time after something was given out.

    def __init__(
        self, source: AsyncIterator[bytes], seconds: float, ring: Callable[[], None]
    ) -> None:
        self._source = source
        self._seconds = seconds
        self._ring = ring
        self._timer: asyncio.TimerHandle | None = None

    def __aiter__(self) -> "_Timed":
        return self

    async def __anext__(self) -> bytes:
        if self._timer is not None:
            self._timer.cancel()
        data = await anext(self._source)
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._ring)
        return data
