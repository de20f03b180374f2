"""Statements on the sessions of staff: they begin, live for a while, and end for good."""

from datetime import timedelta
from typing import cast as cast_type
from uuid import UUID

from sqlalchemy import ColumnElement, Delete, Table, Update, delete, func, insert, select
from sqlalchemy import update as update_rows
from sqlalchemy.sql.dml import ReturningInsert

from vision_tasks.models import Staff, StaffSession

SEEN = timedelta(minutes=1)
"""How long `last_seen_at` is left as it is, so that not every page writes."""
KEPT = timedelta(days=30)
"""How long a session is remembered once it is over."""

_STAFF = cast_type("Table", Staff.__table__)
_SESSIONS = cast_type("Table", StaffSession.__table__)


def is_live(*, idle_minutes: float, hours: float) -> ColumnElement[bool]:
    """Tell of a row of `staff_sessions` joined with `staff` whether it still lets its owner in.

    It ends after `idle_minutes` without a request, and `hours` after it began whatever happens.
    """
    return (
        StaffSession.ended_at.is_(None)
        & Staff.is_active
        & (StaffSession.last_seen_at > func.now() - timedelta(minutes=idle_minutes))
        & (StaffSession.began_at > func.now() - timedelta(hours=hours))
    )


def is_due() -> ColumnElement[bool]:
    """Tell of a row whether `last_seen_at` should be written again."""
    return StaffSession.last_seen_at <= func.now() - SEEN


def insert_session(staff_id: UUID, *, uniquifier: str | None = None) -> ReturningInsert[UUID]:
    """Begin a session; returns its id, or no row for somebody who is disabled or gone.

    Nor for whoever has another `uniquifier`, where one is given: a new password gave them that.
    """
    owner = select(Staff.id).where(Staff.id == staff_id, Staff.is_active)
    if uniquifier is not None:
        owner = owner.where(Staff.uniquifier == uniquifier)
    # Shared: a password that is being replaced is waited for, and one that is to be replaced waits
    # and then ends this session as well.
    owner = owner.with_for_update(read=True)
    return insert(_SESSIONS).from_select(["staff_id"], owner).returning(StaffSession.id)


def update_signed_in_at(staff_id: UUID) -> Update:
    """Note that somebody has just signed in."""
    return update_rows(_STAFF).where(Staff.id == staff_id).values(signed_in_at=func.now())


def update_last_seen_at(session_id: UUID) -> Update:
    """Note that a session is in use, unless that was noted a moment ago or it has ended."""
    return _live_session(StaffSession.id == session_id, is_due()).values(last_seen_at=func.now())


def end_session(session_id: UUID) -> Update:
    """End one session, if it has not ended."""
    return _live_session(StaffSession.id == session_id).values(ended_at=func.now())


def end_sessions(staff_id: UUID, *, but: UUID | None = None) -> Update:
    """End all sessions of somebody, `but` one."""
    others = [] if but is None else [StaffSession.id != but]
    return _live_session(StaffSession.staff_id == staff_id, *others).values(ended_at=func.now())


def delete_old_sessions() -> Delete:
    """Forget the sessions that began so long ago that none of them can be alive."""
    return delete(_SESSIONS).where(StaffSession.began_at < func.now() - KEPT)


def _live_session(*conditions: ColumnElement[bool]) -> Update:
    return update_rows(_SESSIONS).where(StaffSession.ended_at.is_(None), *conditions)
