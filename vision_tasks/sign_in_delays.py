"""How long whoever failed to sign in must wait for the next try: longer each time, never for ever.

An attempt is counted as failed before it is looked at, in one guarded statement, so however many
come at once, no more of them pass than one after the other would; one that succeeds is taken back.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from typing import cast as cast_type

from sqlalchemy import (
    ColumnElement,
    Delete,
    Integer,
    Select,
    Table,
    Update,
    and_,
    case,
    delete,
    extract,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningInsert

from vision_tasks.models import SignInDelay

FREE_FAILURES = 3
"""After so many failures the next try has to wait, one second at first, then twice as long."""
FREE_SITE_FAILURES = 12
"""So many where a whole site shares one count, which may be a company."""
LONGEST_SECONDS = 60
"""The longest wait, but for that of an address."""
LONGEST_ADDRESS_SECONDS = 300
"""The longest wait for an address, whose tries may be at many accounts."""
FORGOTTEN = timedelta(hours=1)
"""How long after the last failure none of them counts; tries are no cheaper for waiting so long."""

ADDRESS, SITE, DEVICE = "address", "site", "device"
"""A site is all that one customer is given of IPv6, which is many addresses."""
PAIR, CODES, CALLBACK = "pair", "codes", "callback"
"""An account from one site; the second factor of an account, from wherever; what comes back from
the provider of single sign-on to one site."""

_DELAYS = cast_type("Table", SignInDelay.__table__)
_DOUBLINGS = 10
_FREE = {SITE: FREE_SITE_FAILURES, CALLBACK: FREE_SITE_FAILURES}
_LONGEST = {ADDRESS: LONGEST_ADDRESS_SECONDS}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try that was counted, and what stood in its row before."""

    subject: str
    counted_at: datetime
    failed_before_at: datetime | None


def format_subject(kind: str, digest: str) -> str:
    """Name what is counted: `kind` is ADDRESS, PAIR, …, `digest` says which one."""
    return f"{kind}:{digest}"


def select_failures(subjects: Collection[str]) -> Select[str, datetime]:
    """Select the subjects that have failed, and when last."""
    return select(SignInDelay.subject, SignInDelay.failed_at).where(
        SignInDelay.subject.in_(subjects)
    )


def count_attempts(subjects: Collection[str]) -> ReturningInsert[str, datetime]:
    """Count a try at each of `subjects` that need not wait; returns `subject` and `failed_at`.

    Whoever gets back fewer rows than subjects has to wait: roll back and ask `select_wait`.
    """
    now = func.clock_timestamp()
    # In one order for everybody, so that two tries cannot block each other.
    rows = [{"subject": one, "failures": 1, "failed_at": now} for one in sorted(set(subjects))]
    return (
        insert(_DELAYS)
        .values(rows)
        .on_conflict_do_update(
            index_elements=["subject"],
            set_={
                "failures": case((_is_forgotten(), 1), else_=SignInDelay.failures + 1),
                "failed_at": now,
            },
            where=_seconds_since() >= _wait_seconds(),
        )
        .returning(SignInDelay.subject, SignInDelay.failed_at)
    )


def select_wait(subjects: Collection[str]) -> Select[int]:
    """Select how many whole seconds are left to wait, at least one."""
    left = func.ceil(_wait_seconds() - _seconds_since()).cast(Integer)
    return select(func.greatest(func.max(left), 1)).where(SignInDelay.subject.in_(subjects))


def take_back(attempt: Attempt) -> Update:
    """Undo the count of one try that did not fail; what failed meanwhile stays."""
    is_last = SignInDelay.failed_at == attempt.counted_at
    before = SignInDelay.failed_at if attempt.failed_before_at is None else attempt.failed_before_at
    return (
        update(_DELAYS)
        .where(SignInDelay.subject == attempt.subject)
        .values(
            failures=func.greatest(SignInDelay.failures - 1, 0),
            failed_at=case((is_last, before), else_=SignInDelay.failed_at),
        )
    )


def clear_failures(subjects: Collection[str]) -> Delete:
    """Forget the failures of `subjects`, of which somebody has just shown to be the owner."""
    return delete(_DELAYS).where(SignInDelay.subject.in_(subjects))


def delete_forgotten() -> Delete:
    """Remove the rows that count no more, those of names that nobody has included."""
    # Who else is at one of them just now has locked it, and would be in the way.
    idle = (
        select(SignInDelay.subject)
        .where(_is_forgotten() | (SignInDelay.failures == 0))
        .with_for_update(skip_locked=True)
    )
    return delete(_DELAYS).where(SignInDelay.subject.in_(idle))


def _wait_seconds() -> ColumnElement[Any]:
    kind = func.split_part(SignInDelay.subject, ":", 1)
    longest = case(_LONGEST, value=kind, else_=LONGEST_SECONDS)
    free = case(_FREE, value=kind, else_=FREE_FAILURES)
    doublings = func.least(SignInDelay.failures - free, _DOUBLINGS)
    is_free = (SignInDelay.failures < free) | _is_forgotten()
    return case((is_free, 0), else_=func.least(longest, func.power(2, doublings)))


def _seconds_since() -> ColumnElement[Any]:
    # Without its sign, so that a clock that was set back keeps nobody out.
    return func.abs(extract("epoch", func.clock_timestamp() - SignInDelay.failed_at))


def _is_forgotten() -> ColumnElement[bool]:
    return and_(SignInDelay.failed_at < func.clock_timestamp() - FORGOTTEN)
