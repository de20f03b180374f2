"""What somebody signs in with is changed: whoever came in by the old is out, cookies included."""

from uuid import UUID

from sqlalchemy.sql.dml import ReturningUpdate

from dashboard.desk import get_desk
from dashboard.signing_in.person import Person
from dashboard.signing_in.proofs import Proof
from dashboard.signing_in.sessions import enter, read_person
from vision_tasks.history import insert_entry
from vision_tasks.staff_sessions import (
    end_sessions,
    hold_sign_ins,
    insert_session,
    select_open_session,
)


def change_credentials(
    person: Person, statement: ReturningUpdate[UUID], action: str, *, proof: Proof
) -> bool:
    """Change them by `statement`, end all sessions of `person`, and begin one for this browser.

    `proof` is what the new session rests on; it lasts no longer than the old one would. False, and
    nothing is done, where the statement finds nothing, or where the session of this request has
    ended while it was under way.
    """
    with get_desk().begin() as connection:
        connection.execute(hold_sign_ins(person.id))
        assert person.session_id is not None  # noqa: S101
        began_at = connection.scalar(select_open_session(person.session_id))
        if began_at is None:
            return False
        if connection.execute(statement).one_or_none() is None:
            return False
        connection.execute(end_sessions(person.id))
        connection.execute(insert_entry(action, after={"staff": person.email}))
        beginning = insert_session(person.id, began_at=began_at)
        session_id = connection.execute(beginning).scalar_one()
        successor = read_person(connection, person.id, session_id)
    enter(successor, proof)
    return True
