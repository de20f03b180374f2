"""The table of tasks."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Enum,
    FetchedValue,
    Index,
    String,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from vision_tasks import filenames
from vision_tasks.database import Base
from vision_tasks.lifecycle import TaskStatus

FILENAME_MAX_CHARACTERS = filenames.FILENAME_MAX_CHARACTERS


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
        # What was changed last, of all and of one status.
        Index("ix_tasks_updated_at_id", "updated_at", "id"),
        Index("ix_tasks_status_updated_at_id", "status", "updated_at", "id"),
        # The tasks that have a result, in the order of the list, past all that have none yet.
        Index(
            "ix_tasks_with_result",
            "created_at",
            "id",
            postgresql_where=text("result IS NOT NULL"),
        ),
        # Which results hold a value at a path. A new task has none, and costs it nothing.
        Index(
            "ix_tasks_result",
            "result",
            postgresql_using="gin",
            postgresql_ops={"result": "jsonb_path_ops"},
            postgresql_where=text("result IS NOT NULL"),
            postgresql_with={"gin_pending_list_limit": 1024},
        ),
        # Takes next to nothing, and tells a search which part of the table to leave alone.
        Index("ix_tasks_created_at_brin", "created_at", postgresql_using="brin"),
    )
    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}
