"""The look at the key of a request, and the note that it was used."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple
from typing import cast as cast_type
from uuid import UUID

from sqlalchemy import (
    LargeBinary,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    func,
    or_,
    select,
    update,
)

from vision_tasks.models import ApiKey

NOTED = timedelta(minutes=1)
"""How long `last_used_at` is left as it is, so that not every request writes."""

_KEYS = cast_type("Table", ApiKey.__table__)


class Caller(NamedTuple):
    """The key of a request, in the order of SELECT_CALLER; `is_to_be_noted` asks for a note."""

    id: UUID
    name: str
    scopes: Sequence[str]
    is_to_be_noted: bool


IS_IN_FORCE = and_(
    ApiKey.revoked_at.is_(None), or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > func.now())
)
_SECRET_HASH = bindparam("secret_hash", type_=LargeBinary)
_IS_DUE = or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at <= func.now() - NOTED)


CALLER_COLUMNS = (ApiKey.id, ApiKey.name, ApiKey.scopes, _IS_DUE.label("is_to_be_noted"))
"""The columns of a Caller."""

IS_CALLER = and_(
    or_(
        ApiKey.secret_hash == _SECRET_HASH,
        and_(ApiKey.previous_hash == _SECRET_HASH, ApiKey.previous_expires_at > func.now()),
    ),
    IS_IN_FORCE,
)
"""Holds for the key in force whose hash is the parameter `secret_hash`.

One look into two indexes. Why there is none, nobody is told: unknown, revoked and expired keys
cannot be told apart, not by their time either.
"""

SELECT_CALLER: Select[UUID, str, list[str], bool] = select(*CALLER_COLUMNS).where(IS_CALLER)
"""Selects that key as a row for Caller; built once, for every request runs it."""


def update_last_used_at(key_id: UUID) -> Update:
    """Note that a key is in use, unless that was noted a moment ago; waits for nobody."""
    due = select(ApiKey.id).where(ApiKey.id == key_id, _IS_DUE).with_for_update(skip_locked=True)
    return update(_KEYS).where(ApiKey.id == due.scalar_subquery()).values(last_used_at=func.now())
