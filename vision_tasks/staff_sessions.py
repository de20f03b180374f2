"""Statements on the sessions of staff: they begin, live for a while, and end for good."""

from datetime import datetime, timedelta
from typing import cast as cast_type
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Delete,
    Select,
    Table,
    Update,
    delete,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy import update as update_rows
from sqlalchemy.sql.dml import ReturningInsert

from vision_tasks.models import Staff, StaffSession

SEEN = timedelta(minutes=1)
"""How long `last_seen_at` is left as it is at most, so that not every page writes."""
SEEN_PART = 10
"""And no longer than this part of the idle time, lest somebody active is taken for idle."""
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


def is_due(*, idle_minutes: float) -> ColumnElement[bool]:
    """Tell of a row whether `last_seen_at` should be written again."""
    seen = min(SEEN, timedelta(minutes=idle_minutes) / SEEN_PART)
    return StaffSession.last_seen_at <= func.now() - seen


def hold_sign_ins(staff_id: UUID) -> Select[UUID]:
    """Let no session of somebody begin before this transaction ends; see `insert_session`.

    To be sent before `end_sessions`, which then ends those that were about to begin as well.
    """
    return select(Staff.id).where(Staff.id == staff_id).with_for_update(key_share=True)


def select_open_session(session_id: UUID) -> Select[datetime]:
    """Select when the session began, if nobody has ended it or disabled its owner, and hold it."""
    return (
        select(StaffSession.began_at)
        .join(Staff)
        .where(StaffSession.id == session_id, StaffSession.ended_at.is_(None), Staff.is_active)
        .with_for_update(of=StaffSession)
    )


def insert_session(
    staff_id: UUID, *, uniquifier: str | None = None, began_at: datetime | None = None
) -> ReturningInsert[UUID]:
    """Begin a session; returns its id, or no row for somebody who is disabled or gone.

    Nor for whoever has another `uniquifier`, where one is given: a new password gave them that,
    or a second factor that was set up or removed. `began_at` is of the session that this one
    continues, if it does.
    """
    began = func.now() if began_at is None else literal(began_at)
    owner = select(Staff.id, began).where(Staff.id == staff_id, Staff.is_active)
    if uniquifier is not None:
        owner = owner.where(Staff.uniquifier == uniquifier)
    # A password that is being replaced is waited for, and one that is to be replaced waits and then
    # ends this session as well. Not shared, for two who begin at once would wait for each other
    # with `update_signed_in_at`.
    owner = owner.with_for_update(key_share=True)
    return insert(_SESSIONS).from_select(["staff_id", "began_at"], owner).returning(StaffSession.id)


def update_signed_in_at(staff_id: UUID) -> Update:
    """Note that somebody has just signed in."""
    return update_rows(_STAFF).where(Staff.id == staff_id).values(signed_in_at=func.now())


def update_last_seen_at(session_id: UUID, *, idle_minutes: float) -> Update:
    """Note that a session is in use, if that `is_due` and it has not ended."""
    due = is_due(idle_minutes=idle_minutes)
    return _live_session(StaffSession.id == session_id, due).values(last_seen_at=func.now())


def end_session(session_id: UUID) -> Update:
    """End one session, if it has not ended."""
    return _live_session(StaffSession.id == session_id).values(ended_at=func.now())


def end_sessions(staff_id: UUID) -> Update:
    """End all sessions of somebody."""
    return _live_session(StaffSession.staff_id == staff_id).values(ended_at=func.now())


def delete_old_sessions() -> Delete:
    """Forget the sessions that began so long ago that none of them can be alive."""
    return delete(_SESSIONS).where(StaffSession.began_at < func.now() - KEPT)


def _live_session(*conditions: ColumnElement[bool]) -> Update:
    return update_rows(_SESSIONS).where(StaffSession.ended_at.is_(None), *conditions)
