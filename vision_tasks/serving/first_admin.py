"""Who can sign in to a desk that has just been made: on the embedded database, one admin."""

from dataclasses import dataclass
from typing import cast as cast_type
from uuid import uuid4

from pydantic import SecretStr
from sqlalchemy import Table, exists, literal, select
from sqlalchemy.dialects.postgresql import Insert, insert

from vision_tasks.attribution import Attribution, select_attribution
from vision_tasks.config import Settings
from vision_tasks.database import create_sync_engine
from vision_tasks.history import insert_entry
from vision_tasks.models import Staff
from vision_tasks.passwords import hash_password, make_password
from vision_tasks.serving.commands import ACTOR, format_command
from vision_tasks.staff import StaffRole

EMAIL = "admin@localhost"
ADD_COMMAND = "staff add EMAIL --role admin"

_STAFF = cast_type("Table", Staff.__table__)
_ANYBODY = exists().where(Staff.id.is_not(None))


@dataclass(frozen=True)
class Admission:
    """How to sign in; `password` is that of the admin whom this very start made.

    `advice` is there where nobody can sign in yet.
    """

    advice: str | None = None
    password: SecretStr | None = None

    def describe(self) -> str:
        """Say for the screen how to sign in; the one place that shows the password."""
        if self.password is not None:
            shown = self.password.get_secret_value()
            return f"{EMAIL} with the password {shown} (shown this once)"
        return "with your account" if self.advice is None else f"nobody can yet; {self.advice}"


def admit_somebody(settings: Settings) -> Admission:
    """Make the first admin where the database is the embedded one and has no staff.

    Of several that start at once one makes it. Anywhere else nobody is made: an account that
    comes by itself would be a way in. Nor is one where it could not sign in with its password.
    """
    engine = create_sync_engine(settings, application="vision-tasks-serve")
    try:
        with engine.begin() as connection:
            if connection.scalar(select(_ANYBODY)):
                return Admission()
            if not settings.uses_embedded or not settings.PASSWORD_SIGN_IN:
                return Admission(_advise(settings))
            password = make_password()
            if not connection.execute(_insert_first_admin(hash_password(password))).rowcount:
                return Admission()
            connection.execute(select_attribution(Attribution(ACTOR)))
            about = {"staff": EMAIL, "role": StaffRole.ADMIN.value}
            connection.execute(insert_entry("staff added", after=about))
    finally:
        engine.dispose()
    return Admission(password=SecretStr(password))


def _advise(settings: Settings) -> str:
    if settings.PASSWORD_SIGN_IN:
        return f"make an account: {format_command(settings, ADD_COMMAND)}"
    command = format_command(settings, f"{ADD_COMMAND} --no-password")
    return f"let the first admin in by single sign-on: {command}"


def _insert_first_admin(password_hash: str) -> Insert:
    values = {
        "email": EMAIL,
        "role": StaffRole.ADMIN.value,
        "password_hash": password_hash,
        "uniquifier": uuid4().hex,
    }
    row = select(*map(literal, values.values())).where(~_ANYBODY)
    return insert(_STAFF).from_select(list(values), row).on_conflict_do_nothing()
