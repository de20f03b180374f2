"""The tables of actions on many tasks."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from vision_tasks.database import Base
from vision_tasks.models.columns import BirthMoment, Count, Document, Moment, OwnId, Words


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
