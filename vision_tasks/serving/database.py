"""The database, asked once before anything is built on it."""

import asyncio

from vision_tasks.config import Settings
from vision_tasks.database import create_async_engine
from vision_tasks.errors import ConfigurationError, DatabaseRefusedError, DatabaseUnavailableError


def check_database(settings: Settings) -> None:
    """Connect once; raise ConfigurationError that says what refuses and where it is.

    Through asyncpg, because libpq does not tell a wrong password from a server that is away.
    """
    try:
        asyncio.run(_connect(settings))
    except (DatabaseRefusedError, DatabaseUnavailableError) as exc:
        raise ConfigurationError(f"{exc} ({settings.database_place})") from exc


async def _connect(settings: Settings) -> None:
    engine = create_async_engine(settings, application="vision-tasks-serve")
    try:
        async with engine.connect():
            pass
    finally:
        await engine.dispose()
