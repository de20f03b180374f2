"""What is done to staff, by the page and by the command; each leaves its line in the history.

All of it happens within a transaction of the caller's whose attribution says who acts.
"""

from dataclasses import replace
from unicodedata import is_normalized
from uuid import UUID

from sqlalchemy import Connection

from dashboard.desk import get_desk
from dashboard.staff.errors import (
    LastAdminError,
    PasswordChangedError,
    SecondFactorChangedError,
    StaffChangedError,
    StaffExistsError,
    StaffNotFoundError,
)
from vision_tasks.errors import InvalidFieldError
from vision_tasks.history import insert_entry
from vision_tasks.sentences import sentence
from vision_tasks.staff import StaffRecord, StaffRole, check_email
from vision_tasks.staff_queries import (
    insert_staff,
    remove_second_factor,
    replace_uniquifier,
    select_person,
    select_staff,
    set_active,
    update_password,
    update_role,
)
from vision_tasks.staff_sessions import end_sessions


def fetch_staff(connection: Connection) -> list[StaffRecord]:
    """Read everybody, by address."""
    return [StaffRecord(*row) for row in connection.execute(select_staff())]


def get_person(connection: Connection, staff_id: UUID) -> StaffRecord:
    """Read somebody; raises StaffNotFoundError."""
    row = connection.execute(select_person(staff_id=staff_id)).one_or_none()
    if row is None:
        raise StaffNotFoundError(sentence("of that id"))
    return StaffRecord(*row)


def get_person_by_email(connection: Connection, email: str) -> StaffRecord:
    """Read whoever has that address; raises StaffNotFoundError."""
    row = connection.execute(select_person(email=email)).one_or_none()
    if row is None:
        raise StaffNotFoundError(sentence("with the address %(email)s", email=email))
    return StaffRecord(*row)


def fetch_person_by_email(connection: Connection, email: str) -> StaffRecord | None:
    """Read whoever has exactly that address, in whatever case; None for nobody.

    What only looks like an address is another one, though adding it would not make a second one.
    """
    if not is_normalized("NFKC", email):
        return None
    try:
        return get_person_by_email(connection, check_email(email))
    except (StaffNotFoundError, InvalidFieldError):
        return None


def add_person(
    connection: Connection,
    staff_id: UUID,
    email: str,
    role: StaffRole,
    password_hash: str | None,
) -> bool:
    """Add somebody; False where that was done before under this id, and nothing was done now.

    Raises StaffExistsError where the address or the id belongs to somebody else.
    """
    statement = insert_staff(staff_id, email, role, password_hash)
    if connection.execute(statement).one_or_none() is None:
        row = connection.execute(select_person(staff_id=staff_id)).one_or_none()
        if row is None or StaffRecord(*row).email != email:
            raise StaffExistsError(email)
        return False
    _record(connection, "staff added", email, role=role.value)
    return True


def change_role(connection: Connection, seen: StaffRecord, role: StaffRole) -> bool:
    """Give somebody another role; False where they have it already.

    Raises StaffChangedError where role or state is not as seen, LastAdminError, StaffNotFoundError.
    """
    if (
        connection.execute(update_role(seen, role, needs_password=_needs_password())).one_or_none()
        is None
    ):
        _explain(connection, seen, wanted=replace(seen, role=role.value))
        return False
    _record(connection, "staff role changed", seen.email, role=role.value, role_before=seen.role)
    return True


def change_activity(connection: Connection, seen: StaffRecord, *, is_active: bool) -> bool:
    """Let somebody in again, or no more and end their sessions; False where it is so already.

    Raises what `change_role` raises.
    """
    statement = set_active(seen, is_active=is_active, needs_password=_needs_password())
    if connection.execute(statement).one_or_none() is None:
        _explain(connection, seen, wanted=replace(seen, is_active=is_active))
        return False
    if not is_active:
        connection.execute(end_sessions(seen.id))
    _record(connection, "staff enabled" if is_active else "staff disabled", seen.email)
    return True


def reset_password(connection: Connection, seen: StaffRecord, password_hash: str) -> None:
    """Replace a password and end the sessions that it began.

    Raises PasswordChangedError where the password is not the one that was seen.
    """
    if connection.execute(update_password(seen, password_hash)).one_or_none() is None:
        raise PasswordChangedError(get_person(connection, seen.id).email)
    connection.execute(end_sessions(seen.id))
    _record(connection, "password reset", seen.email)


def drop_second_factor(connection: Connection, seen: StaffRecord) -> bool:
    """Ask somebody for no second factor until they set one up, and end their sessions.

    False where they have none; then nothing is done. Raises SecondFactorChangedError where it is
    not the one that was seen, StaffNotFoundError.
    """
    if connection.execute(remove_second_factor(seen)).one_or_none() is None:
        if get_person(connection, seen.id).has_second_factor:
            raise SecondFactorChangedError(seen.email)
        return False
    connection.execute(end_sessions(seen.id))
    _record(connection, "second factor removed", seen.email)
    return True


def end_all_sessions(connection: Connection, person: StaffRecord) -> None:
    """Make somebody sign in again wherever they are signed in, or about to be."""
    connection.execute(replace_uniquifier(person.id))
    connection.execute(end_sessions(person.id))
    _record(connection, "sessions ended", person.email)


def _needs_password() -> bool:
    return not get_desk().settings.uses_single_sign_on


def _explain(connection: Connection, seen: StaffRecord, *, wanted: StaffRecord) -> None:
    # The statement has decided; the look only says why.
    now = get_person(connection, seen.id)
    role_and_state = (now.role, now.is_active)
    if role_and_state == (wanted.role, wanted.is_active):
        return
    if role_and_state == (seen.role, seen.is_active):
        raise LastAdminError(now.email)
    raise StaffChangedError(now)


def _record(connection: Connection, action: str, email: str, **more: str) -> None:
    connection.execute(insert_entry(action, after={"staff": email, **more}))
