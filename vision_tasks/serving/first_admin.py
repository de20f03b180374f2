"""Who can sign in to a desk that has just been made: on the embedded database, one admin."""

from dataclasses import dataclass
from typing import cast as cast_type
from uuid import uuid4

from pydantic import SecretStr
from sqlalchemy import Table, exists, literal, select
from sqlalchemy.dialects.postgresql import Insert, insert

from vision_tasks.config import Settings
from vision_tasks.database import create_sync_engine
from vision_tasks.models import Staff
from vision_tasks.passwords import hash_password, make_password
from vision_tasks.staff import StaffRole

EMAIL = "admin@localhost"
ADD_COMMAND = "uv run flask staff add EMAIL --role admin"

_STAFF = cast_type("Table", Staff.__table__)
_ANYBODY = exists().where(Staff.id.is_not(None))


@dataclass(frozen=True)
class Admission:
    """Whether anybody can sign in; `password` is that of the admin whom this very start made."""

    has_staff: bool
    password: SecretStr | None = None

    def describe(self) -> str:
        """Say for the screen how to sign in; the one place that shows the password."""
        if self.password is not None:
            shown = self.password.get_secret_value()
            return f"{EMAIL} with the password {shown} (shown this once)"
        if self.has_staff:
            return "with your account"
        return f"nobody can yet; make an account: {ADD_COMMAND}"


def admit_somebody(settings: Settings) -> Admission:
    """Make the first admin where the database is the embedded one and has no staff.

    Of several that start at once one makes it. Anywhere else nobody is made: an account that
    comes by itself would be a way in.
    """
    engine = create_sync_engine(settings, application="vision-tasks-serve")
    try:
        with engine.begin() as connection:
            if connection.scalar(select(_ANYBODY)):
                return Admission(has_staff=True)
            if not settings.uses_embedded:
                return Admission(has_staff=False)
            password = make_password()
            is_made = connection.execute(_insert_first_admin(hash_password(password))).rowcount
    finally:
        engine.dispose()
    return Admission(has_staff=True, password=SecretStr(password) if is_made else None)


def _insert_first_admin(password_hash: str) -> Insert:
    values = {
        "email": EMAIL,
        "role": StaffRole.ADMIN.value,
        "password_hash": password_hash,
        "uniquifier": uuid4().hex,
    }
    row = select(*map(literal, values.values())).where(~_ANYBODY)
    return insert(_STAFF).from_select(list(values), row).on_conflict_do_nothing()
