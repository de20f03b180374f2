"""The tables of the staff: accounts, sessions, waits, and the views that somebody saved."""

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from vision_tasks.database import Base
from vision_tasks.models.columns import BirthMoment, Moment, OwnId, Words

EMAIL_MAX_CHARACTERS = 255
VIEW_NAME_MAX_CHARACTERS = 80
OWNER_MAX_CHARACTERS = 300


class Staff(Base):
    """Somebody who may sign in to the standalone desk; no password means single sign-on only.

    `email` is in lower case. `totp_counter` is the last one-time code that was used.
    """

    __tablename__ = "staff"

    id: Mapped[OwnId]
    email: Mapped[str] = mapped_column(String(EMAIL_MAX_CHARACTERS), unique=True)
    password_hash: Mapped[Words | None]
    role: Mapped[Words]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    two_factor_method: Mapped[Words | None]
    totp_secret: Mapped[Words | None]
    totp_counter: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[BirthMoment]
    signed_in_at: Mapped[Moment | None]

    __table_args__ = (CheckConstraint("role IN ('viewer', 'editor', 'admin')", name="role"),)


class StaffSession(Base):
    """One sign-in, until it ends; the cookie holds its id."""

    __tablename__ = "staff_sessions"

    id: Mapped[OwnId]
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    began_at: Mapped[BirthMoment]
    last_seen_at: Mapped[BirthMoment]
    ended_at: Mapped[Moment | None]


class SignInDelay(Base):
    """How often signing in failed of late, for an account, a device or an address."""

    __tablename__ = "sign_in_delays"

    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    failures: Mapped[int]
    failed_at: Mapped[Moment]


class SavedView(Base):
    """A list of tasks that somebody wants to find again: its filters under a name.

    `owner` is the actor as the history names it, `query` that of the address of the list.
    """

    __tablename__ = "saved_views"

    id: Mapped[OwnId]
    owner: Mapped[str] = mapped_column(String(OWNER_MAX_CHARACTERS))
    name: Mapped[str] = mapped_column(String(VIEW_NAME_MAX_CHARACTERS))
    query: Mapped[Words]
    created_at: Mapped[BirthMoment]

    __table_args__ = (UniqueConstraint("owner", "name"),)
