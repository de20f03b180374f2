"""A member of staff as Flask-Security knows them, over the table that the metadata holds already.

Mapped in a registry of its own, so the metadata is complete without Flask.
"""

from datetime import datetime
from typing import TYPE_CHECKING
from typing import cast as cast_type
from uuid import UUID

from flask_security import UserMixin
from sqlalchemy import Table
from sqlalchemy.orm import registry

from dashboard.access import Action
from dashboard.signing_in.roles import Role
from vision_tasks.models import Staff


class Person(UserMixin):
    """Somebody of the staff, as they were when they were read."""

    if TYPE_CHECKING:
        id: UUID  # type: ignore[assignment]
        role: str
        totp_counter: int | None
        created_at: datetime
        signed_in_at: datetime | None

    session_id: UUID | None = None
    """The session that this person was read for; the cookie holds it."""

    @property
    def roles(self) -> list[Role]:  # type: ignore[override]
        """The one role there is, read from the database at each request."""
        return [Role(self.role)]

    def get_id(self) -> str:
        """Return what Flask-Login writes into the cookie."""
        return str(self.session_id)

    def may(self, action: Action) -> bool:
        """Tell whether the role of this person allows `action`."""
        return bool(self.has_permission(action.value))


_STAFF = cast_type("Table", Staff.__table__)
registry().map_imperatively(
    Person,
    _STAFF,
    properties={
        "password": _STAFF.c.password_hash,
        "active": _STAFF.c.is_active,
        "fs_uniquifier": _STAFF.c.uniquifier,
        "tf_primary_method": _STAFF.c.two_factor_method,
        "tf_totp_secret": _STAFF.c.totp_secret,
    },
)
