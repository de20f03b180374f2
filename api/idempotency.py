"""Idempotency-Key: a request that is repeated under one key is done once.

There is no table of answers. The id of the task is derived from the key, so PostgreSQL itself sees
to it that there is one, in whichever process and however the first request ended; and what the
task was at birth, its row and its history tell.
"""

import hashlib
import re
from collections.abc import Sequence
from uuid import UUID

from api.errors import IdempotencyKeyReusedError
from vision_tasks.errors import InvalidFieldError
from vision_tasks.ingest_queries import REPEATED, BirthRow

HEADER = "Idempotency-Key"

_TEXT = re.compile(r"[\x21-\x7e]{1,255}")
_PURPOSE = b"vision-tasks idempotency\0"
_REPEATED_HOURS = REPEATED.total_seconds() / 3600


def read_idempotency_key(lines: Sequence[str]) -> str | None:
    """Read the key from all headers of that name; raises InvalidFieldError where it can be none."""
    if not lines:
        return None
    if len(lines) > 1 or _TEXT.fullmatch(lines[0]) is None:
        raise InvalidFieldError(
            HEADER, "must be one value of 1 to 255 visible ASCII characters, a UUID for one."
        )
    return lines[0]


def derive_id(key_id: UUID, idempotency_key: str) -> UUID:
    """Make the id, in the form of a UUIDv4, of what an API key sends under an Idempotency-Key."""
    digest = hashlib.sha256(_PURPOSE + key_id.bytes + idempotency_key.encode()).digest()
    return UUID(bytes=digest[:16], version=4)


def check_repeat(birth: BirthRow, filename: str) -> None:
    """Raise IdempotencyKeyReusedError unless a request for `filename` may be told of `birth`."""
    if birth.filename != filename:
        raise IdempotencyKeyReusedError(
            f"This {HEADER} was sent before with another body, for task {birth.id}; use a new one."
        )
    if not birth.is_recent:
        raise IdempotencyKeyReusedError(
            f"This {HEADER} was sent more than {_REPEATED_HOURS:.0f} hours ago, for task"
            f" {birth.id}; use a new one to add another."
        )
