"""Statements on staff. Whatever is done to them at once, one admin is left who can sign in.

Each is guarded by what its sender has seen, and returns no row where that is so no more.
"""

from typing import Any
from typing import cast as cast_type
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, Table, Update, func, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from vision_tasks.models import Staff
from vision_tasks.staff import StaffRecord, StaffRole

_STAFF = cast_type("Table", Staff.__table__)
_MARK_CHARACTERS = 16


def _mark(column: InstrumentedAttribute[str | None]) -> ColumnElement[str | None]:
    digest = func.sha256(func.convert_to(column, "UTF8"))
    return func.left(func.encode(digest, "hex"), _MARK_CHARACTERS)


# Of a hash, and of a text that is encrypted, which hold a salt of their own each, so the mark tells
# nothing of the password and the key.
_PASSWORD_MARK = _mark(Staff.password_hash)
_SECOND_FACTOR_MARK = _mark(Staff.totp_secret)
_HAS_SECOND_FACTOR = Staff.two_factor_method.is_not(None)

STAFF_COLUMNS: tuple[ColumnElement[Any], ...] = (
    Staff.id.expression,
    Staff.email.expression,
    Staff.role.expression,
    Staff.is_active.expression,
    _PASSWORD_MARK.label("password_mark"),
    _HAS_SECOND_FACTOR.label("has_second_factor"),
    _SECOND_FACTOR_MARK.label("second_factor_mark"),
    Staff.created_at.expression,
    Staff.signed_in_at.expression,
)


def select_staff() -> Select[Any]:
    """Select everybody by address, as rows that unpack into StaffRecord."""
    return select(*STAFF_COLUMNS).order_by(Staff.email)


def select_person(*, staff_id: UUID | None = None, email: str | None = None) -> Select[Any]:
    """Select one of them, as a row that unpacks into StaffRecord."""
    known = Staff.email == email if staff_id is None else Staff.id == staff_id
    return select(*STAFF_COLUMNS).where(known)


def insert_staff(
    staff_id: UUID, email: str, role: StaffRole, password_hash: str | None
) -> ReturningInsert[UUID]:
    """Add somebody; returns no row where the address or the id is taken.

    `email` is as `check_email` returns it; None for a hash leaves single sign-on only.
    """
    return (
        insert(_STAFF)
        .values(
            id=staff_id,
            email=email,
            role=role.value,
            password_hash=password_hash,
            uniquifier=_make_uniquifier(),
        )
        .on_conflict_do_nothing()
        .returning(Staff.id)
    )


def update_role(
    seen: StaffRecord, role: StaffRole, *, needs_password: bool
) -> ReturningUpdate[UUID]:
    """Give somebody another role, if role and state are as seen, and an admin is left.

    `needs_password` says that nobody can sign in without one, and so no such admin counts.
    """
    left = (
        []
        if role is StaffRole.ADMIN
        else [_is_admin_left_without(seen.id, needs_password=needs_password)]
    )
    return (
        _as_seen(seen, Staff.role != role.value, *left).values(role=role.value).returning(Staff.id)
    )


def set_active(
    seen: StaffRecord, *, is_active: bool, needs_password: bool
) -> ReturningUpdate[UUID]:
    """Let somebody in again or no more, if role and state are as seen, and an admin is left.

    Whoever is disabled also loses what they have begun: sign-ins that wait for a code, browsers
    that are known, and their sessions, for which see `staff_sessions.end_sessions`. For
    `needs_password` see `update_role`.
    """
    left = [] if is_active else [_is_admin_left_without(seen.id, needs_password=needs_password)]
    lost = {} if is_active else {"uniquifier": _make_uniquifier()}
    return (
        _as_seen(seen, Staff.is_active != is_active, *left)
        .values(is_active=is_active, **lost)
        .returning(Staff.id)
    )


def replace_uniquifier(staff_id: UUID) -> Update:
    """End what somebody has begun: sign-ins that wait for a code, and browsers that are known.

    No session of theirs begins before this transaction ends: see `staff_sessions.insert_session`.
    """
    return update(_STAFF).where(Staff.id == staff_id).values(uniquifier=_make_uniquifier())


def update_password(seen: StaffRecord, password_hash: str) -> ReturningUpdate[UUID]:
    """Replace a password, if it is the one that was seen.

    The sessions that it began are to end as well: see `staff_sessions.end_sessions`.
    """
    same = _PASSWORD_MARK.is_not_distinct_from(seen.password_mark)
    return (
        update(_STAFF)
        .where(Staff.id == seen.id, same)
        .values(password_hash=password_hash, uniquifier=_make_uniquifier())
        .returning(Staff.id)
    )


def remove_second_factor(seen: StaffRecord) -> ReturningUpdate[UUID]:
    """Let somebody sign in without a second factor, if it is the one that was seen.

    Returns no row where it is another, or they have none. Their sessions are to end as well: see
    `staff_sessions.end_sessions`.
    """
    same = _SECOND_FACTOR_MARK.is_not_distinct_from(seen.second_factor_mark)
    return (
        update(_STAFF)
        .where(Staff.id == seen.id, _HAS_SECOND_FACTOR, same)
        .values(
            two_factor_method=None,
            totp_secret=None,
            totp_counter=None,
            uniquifier=_make_uniquifier(),
        )
        .returning(Staff.id)
    )


def _as_seen(seen: StaffRecord, *conditions: ColumnElement[bool]) -> Update:
    return update(_STAFF).where(
        Staff.id == seen.id,
        Staff.role == seen.role,
        Staff.is_active == seen.is_active,
        *conditions,
    )


def _is_admin_left_without(staff_id: UUID, *, needs_password: bool) -> ColumnElement[bool]:
    # Whoever takes an admin away locks all of them first, in one order, and counts those that are
    # admins still once the lock is held: of two who do so at once the second sees the first one's
    # work. NO KEY, for a session that begins refers to its owner's row.
    can_sign_in = Staff.password_hash.is_not(None) if needs_password else true()
    admins = (
        select(Staff.id, can_sign_in.label("can_sign_in"))
        .where(_is_active_admin())
        .order_by(Staff.id)
        .with_for_update(key_share=True)
        .cte("admins")
    )
    others = select(func.count()).where(admins.c.id != staff_id, admins.c.can_sign_in)
    return ~_is_active_admin() | (others.scalar_subquery() > 0)


def _is_active_admin() -> ColumnElement[bool]:
    return (Staff.role == StaffRole.ADMIN.value) & Staff.is_active


def _make_uniquifier() -> str:
    return uuid4().hex
