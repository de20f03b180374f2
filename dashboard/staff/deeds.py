"""What a button on somebody's page does, and the sentence that says it is done.

`seen` is what the page had shown of them.
"""

from flask import request
from sqlalchemy import Connection

from dashboard.language import gettext
from dashboard.staff import changes
from vision_tasks.sentences import verbatim
from vision_tasks.staff import StaffRecord, check_role


def change_role(connection: Connection, seen: StaffRecord) -> str:
    """Give them the role that was chosen."""
    role = check_role(request.form.get("role", ""))
    if changes.change_role(connection, seen, role):
        return gettext("%(email)s is %(role)s now.", email=seen.email, role=verbatim(role))
    return gettext(
        "%(email)s is %(role)s already; the form was sent twice, or by somebody else as well.",
        email=seen.email,
        role=verbatim(role),
    )


def disable(connection: Connection, seen: StaffRecord) -> str:
    """Let them in no more."""
    if changes.change_activity(connection, seen, is_active=False):
        return gettext("%(email)s is disabled and signed out everywhere.", email=seen.email)
    return gettext("%(email)s is disabled already.", email=seen.email)


def enable(connection: Connection, seen: StaffRecord) -> str:
    """Let them in again."""
    if changes.change_activity(connection, seen, is_active=True):
        return gettext("%(email)s may sign in again.", email=seen.email)
    return gettext("%(email)s may sign in already.", email=seen.email)


def remove_second_factor(connection: Connection, seen: StaffRecord) -> str:
    """Ask them for their password only."""
    if changes.drop_second_factor(connection, seen):
        return gettext(
            "%(email)s has no second factor any more and is signed out everywhere.",
            email=seen.email,
        )
    return gettext("%(email)s has no second factor already.", email=seen.email)


def end_sessions(connection: Connection, seen: StaffRecord) -> str:
    """Sign them out wherever they are signed in."""
    changes.end_all_sessions(connection, seen)
    return gettext("%(email)s is signed out everywhere.", email=seen.email)
