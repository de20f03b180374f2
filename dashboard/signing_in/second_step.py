"""Between the password and the code: known, but not let in."""

import time

from flask import session

from dashboard.desk import get_desk
from dashboard.signing_in.datastore import StaffDatastore
from dashboard.signing_in.person import Person
from dashboard.signing_in.sessions import end_this_session

LIMIT_SECONDS = 600
_KEY = "second_step"


def begin_second_step(person: Person) -> None:
    """Remember, in the signed cookie alone, that the password was right."""
    end_this_session()
    # A new password changes this name, and so does signing out everywhere: the step ends too.
    session[_KEY] = [person.fs_uniquifier, int(time.time())]


def find_second_step() -> Person | None:
    """Return who may enter a code, as they are now; None once it is too late.

    Nobody may where passwords sign nobody in any more.
    """
    if not get_desk().settings.PASSWORD_SIGN_IN:
        return None
    name, began_at = session.get(_KEY, (None, 0))
    if name is None or not 0 <= time.time() - began_at < LIMIT_SECONDS:
        return None
    person = StaffDatastore().find_user(fs_uniquifier=name)
    if person is None or not person.active or person.tf_totp_secret is None:
        return None
    return person
