"""The history: the table that triggers write."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    Identity,
    Index,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from vision_tasks.database import Base
from vision_tasks.models.columns import Document, Moment, Words

ENTRY = "task_id IS NULL OR batch_id IS NULL"
"""Which rows of `task_changes` the list of the history shows, as its indexes say it."""


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
        # When tasks came to an end, to be counted by the minute.
        *(
            Index(
                f"ix_task_changes_{status.lower()}",
                "changed_at",
                postgresql_where=text(f"after ->> 'status' = '{status}'"),
            )
            for status in ("COMPLETED", "FAILED")
        ),
        # Who started a batch, stopped it, went on: few rows among its many changes.
        Index(
            "ix_task_changes_batch_entries",
            "batch_id",
            "id",
            postgresql_where=text("batch_id IS NOT NULL AND task_id IS NULL"),
        ),
    )
