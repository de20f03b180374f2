"""Waiting for what happens elsewhere, with an end."""

import asyncio
from typing import Any

from quart import Quart

from api.metrics.measures import process

TRIES = 5_000


async def wait_until_connected(app: Quart) -> None:
    """Return as soon as a request of `app` holds a connection of the pool."""
    for _ in range(TRIES):
        if app.extensions["vision_tasks.engine"].pool.checkedout():
            return
        await asyncio.sleep(0.001)
    raise TimeoutError


async def wait_until_given_back(app: Quart) -> None:
    """Return as soon as the pool has all its connections, the one kept for writing too."""
    for _ in range(TRIES):
        if not app.extensions["vision_tasks.engine"].pool.checkedout():
            return
        await asyncio.sleep(0.001)
    raise TimeoutError


async def wait_until_blocked(cursor: Any) -> None:
    """Return as soon as somebody waits for a lock."""
    for _ in range(TRIES):
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        if cursor.fetchone()[0]:
            return
        await asyncio.sleep(0.001)
    raise TimeoutError


async def wait_until_waiting(tasks: int) -> None:
    """Return as soon as so many new tasks wait to be stored."""
    for _ in range(TRIES):
        if process.waiting == tasks:
            return
        await asyncio.sleep(0.001)
    raise TimeoutError


async def wait_until_idle(app: Quart) -> None:
    """Return when nothing that a request left to be done aside is under way."""
    await asyncio.gather(*app.background_tasks)
