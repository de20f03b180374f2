"""The engine of a running app, and the one transaction of a request."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from quart import Quart, current_app
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from vision_tasks.config import Settings
from vision_tasks.database import create_async_engine
from vision_tasks.errors import DatabaseUnavailableError
from vision_tasks.faults import translate_database_error

GRACE_SECONDS = 1
"""How long a transaction goes on after its client went away."""

Given = ParamSpec("Given")
Result = TypeVar("Result")

_EXTENSION = "vision_tasks.engine"
_ACQUIRE_SECONDS = "vision_tasks.acquire_seconds"


def open_engine(app: Quart, settings: Settings) -> None:
    """Give `app` its engine; it connects on first use, so PostgreSQL may still be down."""
    app.extensions[_EXTENSION] = create_async_engine(settings, application="vision-tasks-api")
    app.extensions[_ACQUIRE_SECONDS] = (
        settings.DATABASE_POOL_WAIT_SECONDS + settings.DATABASE_CONNECT_SECONDS
    )


def get_engine(app: Quart) -> AsyncEngine:
    """Return the engine of a running app."""
    engine: AsyncEngine = app.extensions[_EXTENSION]
    return engine


def get_acquire_seconds(app: Quart) -> float:
    """Return the longest wait for a connection, the look at it included."""
    seconds: float = app.extensions[_ACQUIRE_SECONDS]
    return seconds


async def dispose_engine(app: Quart) -> None:
    """Close the connections that `open_engine` led to."""
    engine: AsyncEngine = app.extensions.pop(_EXTENSION)
    await engine.dispose()


def transactional(
    work: Callable[Concatenate[AsyncConnection, Given], Awaitable[Result]],
) -> Callable[Given, Awaitable[Result]]:
    """Run each call of `work` in one transaction of the current app's engine.

    What the database does to us is raised as one of our errors, where it has a meaning. A
    caller that is cancelled, as its client went away, leaves behind a transaction that ended.
    """
    return _run_on(_begin, work)


def single_statement(
    work: Callable[Concatenate[AsyncConnection, Given], Awaitable[Result]],
) -> Callable[Given, Awaitable[Result]]:
    """Run each call of `work`, one statement that commits by itself, in one round trip.

    It is `transactional` in every other way.
    """
    return _run_on(_connect, work)


def _run_on(
    connect: Callable[[], AbstractAsyncContextManager[AsyncConnection]],
    work: Callable[Concatenate[AsyncConnection, Given], Awaitable[Result]],
) -> Callable[Given, Awaitable[Result]]:
    @wraps(work)
    async def call(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        async def run() -> Result:
            async with connect() as connection:
                return await work(connection, *args, **kwargs)

        async def run_on_any_schema() -> Result:
            try:
                return await run()
            except DBAPIError as exc:
                # The tables changed under a statement that asyncpg had prepared: it was refused
                # before it ran, all before it was rolled back, and SQLAlchemy prepares anew.
                if not isinstance(exc.orig, AsyncAdapt_asyncpg_dbapi.InvalidCachedStatementError):
                    raise
            return await run()

        try:
            return await _finish(asyncio.create_task(run_on_any_schema()))
        except Exception as exc:
            translated = translate_database_error(exc)
            if translated is None:
                raise
            raise translated from exc

    return call


@asynccontextmanager
async def _begin() -> AsyncIterator[AsyncConnection]:
    async with _acquire() as connection, connection.begin():
        yield connection


@asynccontextmanager
async def _connect() -> AsyncIterator[AsyncConnection]:
    async with _acquire() as connection:
        yield await connection.execution_options(isolation_level="AUTOCOMMIT")


@asynccontextmanager
async def _acquire() -> AsyncIterator[AsyncConnection]:
    # The pool asks a connection whether it lives, under the limit of a statement: a server that
    # fell silent would hold a request up for as long.
    engine: AsyncEngine = current_app.extensions[_EXTENSION]
    async with AsyncExitStack() as stack:
        try:
            async with asyncio.timeout(current_app.extensions[_ACQUIRE_SECONDS]):
                connection = await stack.enter_async_context(engine.connect())
        except TimeoutError as exc:
            raise DatabaseUnavailableError from exc
        yield connection


async def _finish(task: asyncio.Task[Result]) -> Result:
    # SQLAlchemy closes a connection that was cancelled, while its server process works on: many
    # clients that give up would open more connections than the pool may have. So the work of a
    # moment is brought to its end, and only what takes long is cut off.
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        _, unfinished = await asyncio.wait([task], timeout=GRACE_SECONDS)
        if unfinished:
            task.cancel()
            await asyncio.wait([task])
        raise
