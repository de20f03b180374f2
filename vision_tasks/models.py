"""The tables, as both apps and the migrations see them."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Enum,
    FetchedValue,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from vision_tasks import filenames
from vision_tasks.database import Base
from vision_tasks.lifecycle import TaskStatus

FILENAME_MAX_CHARACTERS = filenames.FILENAME_MAX_CHARACTERS
EMAIL_MAX_CHARACTERS = 255
KEY_NAME_MAX_CHARACTERS = 64

Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
BirthMoment = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=func.now())]
Words = Annotated[str, mapped_column(Text)]
OwnId = Annotated[
    UUID, mapped_column(primary_key=True, default=uuid4, server_default=text("gen_random_uuid()"))
]
Document = Annotated[Any, mapped_column(JSONB(none_as_null=True))]
Count = Annotated[int, mapped_column(server_default=text("0"))]

ENTRY = "task_id IS NULL OR batch_id IS NULL"
"""Which rows of `task_changes` the list of the history shows, as its indexes say it."""


class Task(Base):
    """A file to be processed, and what came of it.

    `version` and `updated_at` are kept by triggers whoever writes; the ORM reads them back.
    """

    __tablename__ = "tasks"

    id: Mapped[UUID] = mapped_column(
        primary_key=True, default=uuid4, server_default=text("gen_random_uuid()")
    )
    status: Mapped[TaskStatus] = mapped_column(
        Enum(TaskStatus, name="taskstatus"),
        default=TaskStatus.PENDING,
        server_default=TaskStatus.PENDING.value,
    )
    filename: Mapped[str] = mapped_column(String(FILENAME_MAX_CHARACTERS))
    result: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), server_onupdate=FetchedValue()
    )
    version: Mapped[int] = mapped_column(server_default=text("1"), server_onupdate=FetchedValue())

    __table_args__ = (
        # The years that Python and JavaScript can read, in any time zone.
        CheckConstraint(
            "created_at >= '0001-01-02 00:00:00+00' AND created_at < '9999-12-31 00:00:00+00'"
            " AND updated_at >= '0001-01-02 00:00:00+00' AND updated_at < '9999-12-31 00:00:00+00'",
            name="moments",
        ),
        Index("ix_tasks_created_at_id", "created_at", "id"),
        Index("ix_tasks_status_created_at_id", "status", "created_at", "id"),
        Index(
            "ix_tasks_filename_trgm",
            "filename",
            postgresql_using="gin",
            postgresql_ops={"filename": "gin_trgm_ops"},
            postgresql_with={"gin_pending_list_limit": 1024},
        ),
        # Takes next to nothing, and tells a search which part of the table to leave alone.
        Index("ix_tasks_created_at_brin", "created_at", postgresql_using="brin"),
    )
    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}


class TaskChange(Base):
    """One change of a task, written by triggers in its transaction and never altered.

    `version` is the one it led to, of a deletion the one that was deleted; `born_at` is the task's
    `created_at`. `before` and `after` hold the columns that changed; one that is missing on one
    side had no value there. An INSERT of many tasks is one row, with `task_ids` up to a limit and
    `changed_at` equal to their `created_at`. Rows without `task_id` are otherwise of the apps:
    an export, the start of a batch.
    """

    __tablename__ = "task_changes"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    changed_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.clock_timestamp()
    )
    actor: Mapped[Words]
    action: Mapped[Words]
    task_id: Mapped[UUID | None]
    born_at: Mapped[Moment | None]
    version: Mapped[int | None]
    before: Mapped[Document | None]
    after: Mapped[Document | None]
    tasks: Mapped[int] = mapped_column(server_default=text("1"))
    task_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid))
    reason: Mapped[Words | None]
    batch_id: Mapped[UUID | None]

    __table_args__ = (
        Index("ix_task_changes_task_id_id", "task_id", "id"),
        Index(
            "ix_task_changes_batch_id_id",
            "batch_id",
            "id",
            postgresql_where=text("batch_id IS NOT NULL"),
        ),
        # What a person reads as one line: a batch is one, however many tasks it changed.
        *(
            Index(f"ix_task_changes_entries{suffix}", *columns, postgresql_where=text(ENTRY))
            for suffix, columns in (
                ("", ("changed_at", "id")),
                ("_actor", ("actor", "changed_at", "id")),
                ("_action", ("action", "changed_at", "id")),
                ("_actor_action", ("actor", "action", "changed_at", "id")),
            )
        ),
        # Who started a batch, stopped it, went on: few rows among its many changes.
        Index(
            "ix_task_changes_batch_entries",
            "batch_id",
            "id",
            postgresql_where=text("batch_id IS NOT NULL AND task_id IS NULL"),
        ),
    )


class TaskBatch(Base):
    """One action on many tasks, from its dry run to its report.

    `counts` are of the dry run, by status; `description` says for people which tasks it is about;
    `undoes` is the batch that this one takes back.
    """

    __tablename__ = "task_batches"

    id: Mapped[OwnId]
    kind: Mapped[Words]
    actor: Mapped[Words]
    state: Mapped[str] = mapped_column(Text, server_default="prepared")
    created_at: Mapped[BirthMoment]
    started_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]
    reason: Mapped[Words | None]
    description: Mapped[Document]
    counts: Mapped[Document]
    result: Mapped[Document | None]
    undoes: Mapped[UUID | None]

    __table_args__ = (
        CheckConstraint("state IN ('prepared', 'running', 'stopped', 'done')", name="state"),
        Index("ix_task_batches_created_at", "created_at"),
        Index("ix_task_batches_undoes", "undoes", postgresql_where=text("undoes IS NOT NULL")),
    )


class TaskBatchChunk(Base):
    """Part of a batch, done in one statement: tasks as the dry run saw them, in parallel arrays.

    `changed`, `skipped` and `stale` say what became of them, once it is done.
    """

    __tablename__ = "task_batch_chunks"

    batch_id: Mapped[UUID] = mapped_column(
        ForeignKey("task_batches.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    versions: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    births: Mapped[list[datetime]] = mapped_column(ARRAY(DateTime(timezone=True)))
    done_at: Mapped[Moment | None]
    changed: Mapped[Count]
    skipped: Mapped[Count]
    stale: Mapped[Count]


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
