"""The look at a key before anything is asked about it."""

from dashboard.desk import get_desk
from vision_tasks.api_key_changes import get_key
from vision_tasks.api_key_errors import ApiKeyEndedError
from vision_tasks.api_key_queries import KeyRecord, KeyState


def get_standing_key(name: str) -> KeyRecord:
    """Read a key that is in force; raises ApiKeyNotFoundError, ApiKeyEndedError."""
    with get_desk().begin() as connection:
        key = get_key(connection, name)
    if key.state != KeyState.IN_FORCE:
        raise ApiKeyEndedError(name, key.state)
    return key
