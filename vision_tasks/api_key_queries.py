"""Statements on keys for whoever manages them; moments are those of the database's clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from typing import cast as cast_type

from sqlalchemy import (
    ColumnElement,
    Insert,
    Select,
    Table,
    Text,
    Update,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as insert_or_skip

from vision_tasks.api_key_rules import Scope
from vision_tasks.api_keys import IS_IN_FORCE
from vision_tasks.models import ApiKey

_KEYS = cast_type("Table", ApiKey.__table__)
_ACTOR = func.current_setting("vision_tasks.actor")


class KeyState(StrEnum):
    """Whether a key still lets anybody in."""

    IN_FORCE = "in force"
    EXPIRED = "expired"
    REVOKED = "revoked"


class KeyRecord(NamedTuple):
    """A key for people, in the order of KEY_COLUMNS; there is no secret in it.

    `previous_expires_at` is when the secret before the last rotation ends, None once it has.
    """

    name: str
    scopes: Sequence[str]
    state: KeyState
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    revoked_at: datetime | None
    rotated_at: datetime | None
    previous_expires_at: datetime | None
    last_used_at: datetime | None


class SeenKey(NamedTuple):
    """A key as somebody saw it: once it is rotated again, it is another."""

    rotated_at: datetime | None


KEY_COLUMNS: tuple[ColumnElement[Any], ...] = (
    ApiKey.name.expression,
    ApiKey.scopes.expression,
    case(
        (ApiKey.revoked_at.is_not(None), KeyState.REVOKED.value),
        (ApiKey.expires_at <= func.now(), KeyState.EXPIRED.value),
        else_=KeyState.IN_FORCE.value,
    ).label("state"),
    ApiKey.created_at.expression,
    ApiKey.created_by.expression,
    ApiKey.expires_at.expression,
    ApiKey.revoked_at.expression,
    ApiKey.rotated_at.expression,
    case((and_(IS_IN_FORCE, ApiKey.previous_expires_at > func.now()), ApiKey.previous_expires_at)),
    ApiKey.last_used_at.expression,
)


def select_keys(name: str | None = None) -> Select[Any]:
    """Select all keys, or the one of that name, as rows for KeyRecord: those in force first."""
    statement = select(*KEY_COLUMNS).order_by(IS_IN_FORCE.desc(), ApiKey.name)
    return statement if name is None else statement.where(ApiKey.name == name)


def insert_key(
    name: str, secret_hash: bytes, scopes: Sequence[Scope], *, expires_in: timedelta | None
) -> Insert:
    """Insert a key in a transaction that says who acts; returns no row where the name is taken."""
    values = {
        **_describe(name, secret_hash, scopes),
        "expires_at": null() if expires_in is None else func.now() + expires_in,
    }
    return (
        insert_or_skip(_KEYS)
        .values(values)
        .on_conflict_do_nothing(index_elements=["name"])
        .returning(ApiKey.id)
    )


def insert_first_key(name: str, secret_hash: bytes, scopes: Sequence[Scope]) -> Insert:
    """Insert a key if there has never been any; of several at once one returns a row."""
    values = _describe(name, secret_hash, scopes)
    row = select(*values.values()).where(~exists().where(ApiKey.id.is_not(None)))
    return (
        insert_or_skip(_KEYS)
        .from_select(list(values), row)
        .on_conflict_do_nothing(index_elements=["name"])
        .returning(ApiKey.id)
    )


def update_secret(
    name: str, secret_hash: bytes, *, grace: timedelta, seen: SeenKey | None
) -> Update:
    """Give a key another secret, if it is in force and still as `seen` (None: whatever it is).

    The one before goes on for `grace`; one that was older still ends now.
    """
    statement = update(_KEYS).where(ApiKey.name == name, IS_IN_FORCE)
    if seen is not None:
        statement = statement.where(ApiKey.rotated_at.is_not_distinct_from(seen.rotated_at))
    return statement.values(
        secret_hash=secret_hash,
        rotated_at=func.now(),
        previous_hash=ApiKey.secret_hash if grace else null(),
        previous_expires_at=func.now() + grace if grace else null(),
    ).returning(*KEY_COLUMNS)


def update_revoked_at(name: str) -> Update:
    """End a key for good; returns no row where it has ended already."""
    return (
        update(_KEYS)
        .where(ApiKey.name == name, IS_IN_FORCE)
        .values(revoked_at=func.now())
        .returning(*KEY_COLUMNS)
    )


def _describe(
    name: str, secret_hash: bytes, scopes: Sequence[Scope]
) -> dict[str, ColumnElement[Any]]:
    return {
        "name": literal(name),
        "secret_hash": literal(secret_hash),
        "scopes": cast([scope.value for scope in scopes], ARRAY(Text)),
        "created_by": _ACTOR,
    }
