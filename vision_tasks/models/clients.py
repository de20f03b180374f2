"""The tables of the clients of the API."""

from uuid import UUID

from sqlalchemy import LargeBinary, String, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from vision_tasks.database import Base
from vision_tasks.models.columns import BirthMoment, Moment, OwnId, Words

KEY_NAME_MAX_CHARACTERS = 64


class ApiKey(Base):
    """A key of an API client, of which only the hash is kept; its name is never used again."""

    __tablename__ = "api_keys"

    id: Mapped[OwnId]
    name: Mapped[str] = mapped_column(String(KEY_NAME_MAX_CHARACTERS), unique=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[BirthMoment]
    created_by: Mapped[Words]
    expires_at: Mapped[Moment | None]
    revoked_at: Mapped[Moment | None]
    rotated_at: Mapped[Moment | None]
    previous_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    previous_expires_at: Mapped[Moment | None]
    last_used_at: Mapped[Moment | None]


class BulkRequest(Base):
    """A bulk request that came with an Idempotency-Key, and the answer it was given.

    `id` is derived from that key and the one of the API, `body_hash` is the SHA-256 of the body
    as it was before any coding; `answer` is JSON, `preferences` those that were honoured in it.
    """

    __tablename__ = "bulk_requests"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    body_hash: Mapped[bytes] = mapped_column(LargeBinary)
    preferences: Mapped[Words]
    answer: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[BirthMoment] = mapped_column(index=True)
