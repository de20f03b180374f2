"""Keys of API clients for tests, put straight into the database."""

from collections.abc import Sequence
from typing import Any

from vision_tasks.api_key_rules import Scope, hash_secret

KEY = "vt_" + "ForTestsOnly" * 3 + "0123456"
"""A key that may do everything; it is in every database made from the template of a run."""
KEY_NAME = "tests"


def make_headers(key: str = KEY) -> dict[str, str]:
    """The headers of a request that brings `key`."""
    return {"Authorization": f"Bearer {key}"}


def add_key(
    cursor: Any, name: str = KEY_NAME, *, key: str = KEY, scopes: Sequence[str] = tuple(Scope)
) -> None:
    """Insert a key, or leave it as it is; no test need wait for a note of its use."""
    cursor.execute(
        "INSERT INTO api_keys (name, secret_hash, scopes, created_by, last_used_at)"
        " VALUES (%s, %s, %s, 'test', '9000-01-01') ON CONFLICT DO NOTHING",
        (name, hash_secret(key), list(scopes)),
    )
