"""Making, rotating and revoking keys of API clients; each leaves its line in the history.

All of them write within a transaction of the caller's whose attribution says who acts.
"""

from collections.abc import Sequence
from datetime import timedelta

from pydantic import SecretStr
from sqlalchemy import Connection

from vision_tasks.api_key_errors import (
    ApiKeyChangedError,
    ApiKeyEndedError,
    ApiKeyExistsError,
    ApiKeyNotFoundError,
)
from vision_tasks.api_key_queries import (
    KeyRecord,
    KeyState,
    SeenKey,
    insert_first_key,
    insert_key,
    select_keys,
    update_revoked_at,
    update_secret,
)
from vision_tasks.api_key_rules import Scope, hash_secret, make_secret
from vision_tasks.history import insert_entry

FIRST_NAME = "first"


def fetch_keys(connection: Connection) -> list[KeyRecord]:
    """Read all keys, those in force first."""
    return [KeyRecord(*row) for row in connection.execute(select_keys())]


def get_key(connection: Connection, name: str) -> KeyRecord:
    """Read one key; raises ApiKeyNotFoundError."""
    row = connection.execute(select_keys(name)).one_or_none()
    if row is None:
        raise ApiKeyNotFoundError(name)
    return KeyRecord(*row)


def make_key(
    connection: Connection,
    name: str,
    scopes: Sequence[Scope],
    *,
    expires_in: timedelta | None = None,
) -> SecretStr:
    """Make a key and return its secret, which nobody can read again; raises ApiKeyExistsError."""
    secret = make_secret()
    statement = insert_key(
        name, hash_secret(secret.get_secret_value()), scopes, expires_in=expires_in
    )
    if connection.execute(statement).one_or_none() is None:
        raise ApiKeyExistsError(name)
    _record(connection, "key made", name, scopes)
    return secret


def make_first_key(connection: Connection) -> SecretStr | None:
    """Make a key that may do everything, if there has never been any key."""
    secret, scopes = make_secret(), tuple(Scope)
    statement = insert_first_key(FIRST_NAME, hash_secret(secret.get_secret_value()), scopes)
    if connection.execute(statement).one_or_none() is None:
        return None
    _record(connection, "key made", FIRST_NAME, scopes)
    return secret


def rotate_key(
    connection: Connection,
    name: str,
    *,
    grace: timedelta = timedelta(0),
    seen: SeenKey | None = None,
) -> tuple[KeyRecord, SecretStr]:
    """Give a key another secret and return both; the one before ends after `grace`.

    Raises ApiKeyNotFoundError, ApiKeyEndedError, and ApiKeyChangedError where it is not as `seen`.
    """
    secret = make_secret()
    statement = update_secret(name, hash_secret(secret.get_secret_value()), grace=grace, seen=seen)
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise _explain(connection, name)
    key = KeyRecord(*row)
    _record(connection, "key rotated", name, key.scopes)
    return key, secret


def revoke_key(connection: Connection, name: str) -> KeyRecord:
    """End a key: its next request is refused. Raises ApiKeyNotFoundError, ApiKeyEndedError."""
    row = connection.execute(update_revoked_at(name)).one_or_none()
    if row is None:
        raise _explain(connection, name)
    key = KeyRecord(*row)
    _record(connection, "key revoked", name, key.scopes)
    return key


def _explain(connection: Connection, name: str) -> ApiKeyEndedError | ApiKeyChangedError:
    # The statement has decided; the look only says why.
    state = get_key(connection, name).state
    if state == KeyState.IN_FORCE:
        return ApiKeyChangedError(name)
    return ApiKeyEndedError(name, state)


def _record(connection: Connection, action: str, name: str, scopes: Sequence[str]) -> None:
    after = {"key": name, "scopes": [str(scope) for scope in scopes]}
    connection.execute(insert_entry(action, after=after))
