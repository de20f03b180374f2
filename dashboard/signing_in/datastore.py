"""Where Flask-Security finds people: in the desk's own transactions, errors and all."""

from typing import Any

from flask_security.datastore import UserDatastore
from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard.desk import get_desk
from dashboard.signing_in.person import Person
from dashboard.signing_in.roles import ALLOWED, Role


class StaffDatastore(UserDatastore):
    """Reads staff; what changes them are statements of ours, so it has no way to write."""

    def __init__(self) -> None:
        super().__init__(Person, Role)

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> Person | None:  # noqa: ARG002, FBT001, FBT002
        """Find whom one attribute says, which must be unique; addresses are kept in lower case."""
        ((name, value),) = kwargs.items()
        statement = select(Person).where(getattr(Person, name) == value)
        with get_desk().begin() as connection, Session(connection) as session:
            return session.scalar(statement)

    def find_role(self, role: str) -> Role | None:
        """Return the role of that name."""
        return Role(role) if role in ALLOWED else None
