"""Whether the schema is one that this process can work with, at its start and ever since."""

import asyncio
import logging

from quart import Quart, current_app
from sqlalchemy.ext.asyncio import AsyncConnection

from api.database import transactional
from vision_tasks.errors import VisionTasksError
from vision_tasks.revisions import (
    SchemaMismatchError,
    SchemaState,
    Standing,
    fetch_schema_state,
    get_code_revision,
)

START_SECONDS = 2
"""Longest look at the schema that holds up a start."""

_EXTENSION = "vision_tasks.has_seen_its_schema"

logger = logging.getLogger(__name__)


async def look_at_start(app: Quart) -> None:
    """Say in the log if the schema is not ours; a database that is away stops no start."""
    app.extensions[_EXTENSION] = False
    try:
        await asyncio.to_thread(get_code_revision)
        async with app.app_context(), asyncio.timeout(START_SECONDS):
            await require_schema()
    except SchemaMismatchError as exc:
        logger.warning("%s", exc)
    except (VisionTasksError, TimeoutError) as exc:
        logger.warning("The schema cannot be looked at yet. %s", exc)


async def require_schema() -> None:
    """Raise SchemaMismatchError where the schema is behind this code, or was never meant for it.

    A process that has seen its own revision goes on when a newer version migrates the database:
    a revision leaves the code before it at work until that is replaced.
    """
    state = await _fetch_schema_state()
    if state.matches:
        current_app.extensions[_EXTENSION] = True
    elif state.standing is Standing.BEHIND or not current_app.extensions[_EXTENSION]:
        raise SchemaMismatchError(state)


@transactional
async def _fetch_schema_state(connection: AsyncConnection) -> SchemaState:
    return await connection.run_sync(fetch_schema_state)
