"""Cursors: where a list goes on, signed so that nobody can make one up."""

import hashlib
from datetime import datetime
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer
from quart import Quart, current_app

from vision_tasks.errors import InvalidFieldError
from vision_tasks.records import Position, TaskFilter

_EXTENSION = "vision_tasks.cursors"
_SALT = "vision-tasks.api.cursor"
_MAX_CHARACTERS = 512
_FILTERS = ("status", "filename", "task_id", "created_from", "created_to")


def provide_cursors(app: Quart, secret_key: str) -> None:
    """Let `app` sign its cursors with a key derived from `secret_key`."""
    app.extensions[_EXTENSION] = URLSafeSerializer(
        secret_key, salt=_SALT, signer_kwargs={"digest_method": hashlib.sha256}
    )


def sign_cursor(position: Position, task_filter: TaskFilter) -> str:
    """Write a cursor that is good for lists with the same filter, whatever their `limit`."""
    serializer: URLSafeSerializer = current_app.extensions[_EXTENSION]
    payload = [position.moment.isoformat(), position.id.hex, _digest(task_filter)]
    return str(serializer.dumps(payload))


def read_cursor(cursor: str, task_filter: TaskFilter) -> Position:
    """Return the place that `sign_cursor` wrote down, or raise InvalidFieldError."""
    serializer: URLSafeSerializer = current_app.extensions[_EXTENSION]
    try:
        created_at, task_id, digest = serializer.loads(cursor[: _MAX_CHARACTERS + 1])
    except BadData:
        raise InvalidFieldError(
            "cursor", "is none of ours; take it from `next_cursor` as it is."
        ) from None
    if digest != _digest(task_filter):
        raise InvalidFieldError(
            "cursor", "belongs to a list with other filters; begin that list anew."
        )
    return Position(datetime.fromisoformat(created_at), UUID(task_id))


def _digest(task_filter: TaskFilter) -> str:
    # In words that stay, so that a cursor outlives an upgrade; clients filter by no more than this.
    words = ", ".join(f"{name}={getattr(task_filter, name)!r}" for name in _FILTERS)
    return hashlib.sha256(f"TaskFilter({words})".encode()).hexdigest()[:16]
