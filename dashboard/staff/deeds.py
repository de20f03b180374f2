"""What a button on somebody's page does, and the sentence that says it is done.

`seen` is what the page had shown of them.
"""

from flask import request
from sqlalchemy import Connection

from dashboard.staff import changes
from vision_tasks.staff import StaffRecord, check_role


def change_role(connection: Connection, seen: StaffRecord) -> str:
    """Give them the role that was chosen."""
    role = check_role(request.form.get("role", ""))
    if changes.change_role(connection, seen, role):
        return f"{seen.email} is {role} now."
    return f"{seen.email} is {role} already; the form was sent twice, or by somebody else as well."


def disable(connection: Connection, seen: StaffRecord) -> str:
    """Let them in no more."""
    if changes.change_activity(connection, seen, is_active=False):
        return f"{seen.email} is disabled and signed out everywhere."
    return f"{seen.email} is disabled already."


def enable(connection: Connection, seen: StaffRecord) -> str:
    """Let them in again."""
    if changes.change_activity(connection, seen, is_active=True):
        return f"{seen.email} may sign in again."
    return f"{seen.email} may sign in already."


def remove_second_factor(connection: Connection, seen: StaffRecord) -> str:
    """Ask them for their password only."""
    if changes.drop_second_factor(connection, seen):
        return f"{seen.email} has no second factor any more and is signed out everywhere."
    return f"{seen.email} has no second factor already."


def end_sessions(connection: Connection, seen: StaffRecord) -> str:
    """Sign them out wherever they are signed in."""
    changes.end_all_sessions(connection, seen)
    return f"{seen.email} is signed out everywhere."
