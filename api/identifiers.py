"""Task ids as they stand in a URL (RFC 9562, section 4)."""

import re
from uuid import RFC_4122, UUID

from werkzeug.routing import BaseConverter

from vision_tasks.errors import InvalidFieldError, TaskNotFoundError

_TEXT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_RANDOM_VERSION = 4


class TaskIdConverter(BaseConverter):
    """Lets a route with `<task:…>` have all but the addresses beside it, which are no task's."""

    name = "task"
    regex = r"(?!bulk\Z)[^/]+"


def get_task_id(text: str) -> UUID:
    """Read the id of an existing task; raises TaskNotFoundError where it can be none."""
    if _TEXT.fullmatch(text) is None:
        raise TaskNotFoundError(ascii(text[:40]))
    return UUID(text)


def parse_new_id(text: str) -> UUID:
    """Read the id that a client made for a task; raises InvalidFieldError unless it is a UUIDv4."""
    task_id = UUID(text) if _TEXT.fullmatch(text) else None
    if task_id is None or task_id.variant != RFC_4122 or task_id.version != _RANDOM_VERSION:
        raise InvalidFieldError(
            "id", "must be a random UUID (version 4) such as 6f1c2b9e-8d3a-4c55-9b0e-2f7a1d4c8e90."
        )
    return task_id
