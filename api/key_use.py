"""When keys were last used: noted seldom, aside, and at nobody's cost."""

import logging
import time
from uuid import UUID

from quart import Quart
from sqlalchemy.exc import DBAPIError

from api.key_storage import update_last_used_at
from vision_tasks.api_keys import NOTED, Caller
from vision_tasks.errors import VisionTasksError

_EXTENSION = "vision_tasks.key_use"

logger = logging.getLogger(__name__)


def provide_key_use(app: Quart) -> None:
    """Let `app` remember when it last wrote down the use of each key."""
    app.extensions[_EXTENSION] = {}


def note_use(app: Quart, caller: Caller) -> None:
    """Write down that a key is in use, if that is due; the request does not wait for it.

    A process tries once within NOTED, whatever became of it, so a database that takes no writes
    is not asked again by each request.
    """
    if not caller.is_to_be_noted:
        return
    tries: dict[UUID, float] = app.extensions[_EXTENSION]
    tried, now = tries.get(caller.id), time.monotonic()
    if tried is None or now - tried >= NOTED.total_seconds():
        tries[caller.id] = now
        app.add_background_task(_write, caller)


async def _write(caller: Caller) -> None:
    try:
        await update_last_used_at(caller.id)
    except (VisionTasksError, DBAPIError) as exc:
        logger.warning("The use of key %s could not be noted: %s", caller.name, type(exc).__name__)
