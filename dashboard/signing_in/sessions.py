"""The session of this request: a row in the database that the signed cookie names."""

from dataclasses import dataclass
from uuid import UUID

from flask import g, session
from flask_security import current_user, login_user, logout_user
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from dashboard.desk import get_desk
from dashboard.live.polling import is_polling
from dashboard.signing_in.person import Person
from dashboard.signing_in.proofs import Proof, keep_proof, read_proof
from dashboard.tokens import get_token_name, make_token
from vision_tasks.errors import VisionTasksError
from vision_tasks.models import Staff, StaffSession
from vision_tasks.staff_sessions import (
    delete_old_sessions,
    end_session,
    insert_session,
    is_due,
    is_live,
    update_last_seen_at,
    update_signed_in_at,
)


@dataclass
class Visit:
    """Who sent this request; nobody, where `person` is None.

    `has_ended` says that the cookie names a session that is over, `fault` that it could not be
    looked up.
    """

    person: Person | None = None
    has_ended: bool = False
    fault: VisionTasksError | DBAPIError | None = None

    @property
    def proof(self) -> Proof:
        """What the session rests on."""
        return read_proof(None if self.person is None else self.person.session_id)


def get_visit() -> Visit:
    """Return who sent this request, looked up once, in one query."""
    # Flask-Login calls `load_person` where the cookie names a session.
    current_user._get_current_object()  # noqa: SLF001
    visit: Visit = g.setdefault("vision_tasks_visit", Visit())
    return visit


def load_person(session_id: str) -> Person | None:
    """Look up whose session this is; Flask-Login's user loader.

    A database that cannot say is remembered, and not asked again during this request.
    """
    if "vision_tasks_visit" not in g:
        # Set before the look, for the desk's transaction asks who acts in it.
        g.vision_tasks_visit = visit = Visit()
        try:
            visit.person = _fetch_person(session_id)
        except (VisionTasksError, DBAPIError) as exc:
            visit.fault = exc
        else:
            visit.has_ended = visit.person is None
    known: Visit = g.vision_tasks_visit
    return known.person


def begin_session(
    staff_id: UUID, *, uniquifier: str | None = None, proof: Proof = Proof.PASSWORD
) -> bool:
    """Sign somebody in, in a new session; False for whoever is disabled or gone meanwhile.

    So too where what they sign in with was replaced since, which `uniquifier` tells. Nothing of the
    old cookie stays, its token included.
    """
    visit = get_visit()
    with get_desk().begin() as connection:
        session_id = connection.execute(
            insert_session(staff_id, uniquifier=uniquifier)
        ).scalar_one_or_none()
        if session_id is None:
            return False
        if visit.person is not None and visit.person.session_id is not None:
            connection.execute(end_session(visit.person.session_id))
        connection.execute(update_signed_in_at(staff_id))
        connection.execute(delete_old_sessions())
        person = read_person(connection, staff_id, session_id)
    enter(person, proof)
    return True


def read_person(connection: Connection, staff_id: UUID, session_id: UUID) -> Person:
    """Read somebody as the owner of a session of theirs."""
    with Session(connection) as reading:
        person = reading.scalars(select(Person).where(Staff.id == staff_id)).one()
    person.session_id = session_id
    return person


def enter(person: Person, proof: Proof) -> None:
    """Let the cookie name the session of `person`, and hold nothing else of before."""
    assert person.session_id is not None  # noqa: S101
    forget_cookie()
    keep_proof(person.session_id, proof)
    login_user(person, remember=False)
    # Made now, the token needs no cookie on the pages that follow.
    make_token()
    g.vision_tasks_visit = Visit(person)


def end_this_session() -> None:
    """Sign whoever sent this request out; a copy of the cookie is worth nothing from here on."""
    person = get_visit().person
    if person is not None and person.session_id is not None:
        with get_desk().begin() as connection:
            connection.execute(end_session(person.session_id))
    logout_user()
    forget_cookie()
    g.vision_tasks_visit = Visit()


def forget_cookie() -> None:
    """Leave nothing of the old cookie in the new one, not even its token."""
    session.clear()
    g.pop(get_token_name(), None)


def _fetch_person(text: str) -> Person | None:
    try:
        session_id = UUID(text)
    except ValueError:
        return None
    desk = get_desk()
    idle_minutes = desk.settings.SESSION_IDLE_MINUTES
    lives = is_live(idle_minutes=idle_minutes, hours=desk.settings.SESSION_HOURS)
    statement = (
        select(Person, is_due(idle_minutes=idle_minutes))
        .join(StaffSession, StaffSession.staff_id == Staff.id)
        .where(StaffSession.id == session_id, lives)
    )
    with desk.begin() as connection, Session(connection) as reading:
        row = reading.execute(statement).one_or_none()
        if row is None:
            return None
        person, is_to_be_noted = row
        # Whatever has set the second factor up, the password alone is not enough any more.
        if person.tf_primary_method is not None and read_proof(session_id) is Proof.PASSWORD:
            return None
        # What a page asks by itself keeps nobody signed in.
        if is_to_be_noted and not is_polling():
            connection.execute(update_last_seen_at(session_id, idle_minutes=idle_minutes))
    person.session_id = session_id
    return person
