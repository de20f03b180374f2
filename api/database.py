"""The engine of a running app, and the one transaction of a request."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from quart import Quart, current_app
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from vision_tasks.config import Settings
from vision_tasks.database import create_async_engine
from vision_tasks.faults import translate_database_error

GRACE_SECONDS = 1
"""How long a transaction goes on after its client went away."""

Given = ParamSpec("Given")
Result = TypeVar("Result")

_EXTENSION = "vision_tasks.engine"


def open_engine(app: Quart, settings: Settings) -> None:
    """Give `app` its engine; it connects on first use, so PostgreSQL may still be down."""
    app.extensions[_EXTENSION] = create_async_engine(settings, application="vision-tasks-api")


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

    @wraps(work)
    async def call(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        engine: AsyncEngine = current_app.extensions[_EXTENSION]

        async def run() -> Result:
            async with engine.begin() as connection:
                return await work(connection, *args, **kwargs)

        try:
            return await _finish(asyncio.create_task(run()))
        except Exception as exc:
            translated = translate_database_error(exc)
            if translated is None:
                raise
            raise translated from exc

    return call


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
