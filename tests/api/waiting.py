"""Waiting for what happens elsewhere, with an end."""

import asyncio

from quart import Quart

TRIES = 5_000


async def wait_until_connected(app: Quart) -> None:
    """Return as soon as a request of `app` holds a connection of the pool."""
    for _ in range(TRIES):
        if app.extensions["vision_tasks.engine"].pool.checkedout():
            return
        await asyncio.sleep(0.001)
    raise TimeoutError
