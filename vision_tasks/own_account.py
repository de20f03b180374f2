"""What staff change of themselves: the password, and the second factor, a code that changes.

What they sign in with comes with a new uniquifier: whatever names the old one is worth nothing
from then on, a sign-in that has begun and a browser that is known included.
"""

from typing import Any
from typing import cast as cast_type
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Table, Update, update
from sqlalchemy.sql.dml import ReturningUpdate

from vision_tasks.models import Staff

TOTP = "totp"
"""The one kind of second factor there is: codes of RFC 6238."""

_STAFF = cast_type("Table", Staff.__table__)


def change_password(staff_id: UUID, old_hash: str, new_hash: str) -> ReturningUpdate[UUID]:
    """Replace the password; returns no row where the old one was replaced already."""
    return (
        _person(staff_id, Staff.password_hash == old_hash)
        .values(password_hash=new_hash, uniquifier=uuid4().hex)
        .returning(Staff.id)
    )


def set_second_factor(staff_id: UUID, secret: str, counter: int) -> ReturningUpdate[UUID]:
    """Ask somebody who has no second factor for one from now on; returns no row for others.

    `secret` is encrypted, `counter` the code that has proved it and is worth nothing from now on.
    """
    return (
        _person(staff_id, Staff.two_factor_method.is_(None))
        .values(
            two_factor_method=TOTP,
            totp_secret=secret,
            totp_counter=counter,
            uniquifier=uuid4().hex,
        )
        .returning(Staff.id)
    )


def use_code(staff_id: UUID, secret: str, counter: int) -> ReturningUpdate[UUID]:
    """Use up a code, and all before it; returns no row where that was done already."""
    return (
        _person(staff_id, *_has_unused(secret, counter))
        .values(totp_counter=counter)
        .returning(Staff.id)
    )


def clear_second_factor(staff_id: UUID, secret: str, counter: int) -> ReturningUpdate[UUID]:
    """Ask for no second factor any more, for one last code; see `use_code`."""
    return (
        _person(staff_id, *_has_unused(secret, counter))
        .values(
            two_factor_method=None,
            totp_secret=None,
            totp_counter=None,
            uniquifier=uuid4().hex,
        )
        .returning(Staff.id)
    )


def _has_unused(secret: str, counter: int) -> list[ColumnElement[bool]]:
    is_unused = Staff.totp_counter.is_(None) | (Staff.totp_counter < counter)
    return [Staff.totp_secret == secret, is_unused]


def _person(staff_id: UUID, *conditions: ColumnElement[Any]) -> Update:
    return update(_STAFF).where(Staff.id == staff_id, *conditions)
