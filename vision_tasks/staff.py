"""Staff as the desk knows them: their roles, their addresses, what is known of each."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from vision_tasks.errors import InvalidFieldError
from vision_tasks.filenames import check_label
from vision_tasks.models import EMAIL_MAX_CHARACTERS
from vision_tasks.sentences import listed, sentence

# Of an address as people have one; what RFC 5321 lets stand between quotes is refused.
_ADDRESS = re.compile(r"[^@\s()<>\[\],:;\"\\]+@[^@\s()<>\[\],:;\"\\]+")


class StaffRole(StrEnum):
    """What somebody may do: each role may do all that those before it may."""

    VIEWER = "viewer"
    EDITOR = "editor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class StaffRecord:
    """One row, in the order of `staff_queries.STAFF_COLUMNS`; nothing in it is secret.

    `role` may be one that only a newer version of this program knows. `password_mark` changes
    with the password and does not tell it; None where there is none. So does `second_factor_mark`
    with the second factor, each time that one is set up.
    """

    id: UUID
    email: str
    role: str
    is_active: bool
    password_mark: str | None
    has_second_factor: bool
    second_factor_mark: str | None
    created_at: datetime
    signed_in_at: datetime | None


def check_email(text: str) -> str:
    """Return the address as it is stored; raise InvalidFieldError where it is none."""
    if len(text) > EMAIL_MAX_CHARACTERS:
        raise InvalidFieldError(
            "email", sentence("must have at most %(most)s characters.", most=EMAIL_MAX_CHARACTERS)
        )
    email = normalize_email(text)
    check_label(email, "email")
    if not _ADDRESS.fullmatch(email) or len(email) > EMAIL_MAX_CHARACTERS:
        raise InvalidFieldError("email", sentence("must be one address, such as ana@example.org."))
    return email


def normalize_email(text: str) -> str:
    """Write an address the one way it is stored and looked up, whatever else it may be."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).strip().lower())


def check_role(text: str) -> StaffRole:
    """Return the role of that name; raise InvalidFieldError where there is none."""
    try:
        return StaffRole(text)
    except ValueError:
        raise InvalidFieldError(
            "role", sentence("must be one of %(choices)s.", choices=listed(StaffRole))
        ) from None
