"""The JSON of a task, in and out."""

from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from api import patterns
from api.moments import format_moment
from vision_tasks.filenames import check_filename
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.models import FILENAME_MAX_CHARACTERS
from vision_tasks.records import TaskChanges, TaskRecord

Filename = Annotated[
    str,
    Meta(
        description="A label for people; no control or direction-changing characters.",
        examples=["street-0417.jpg"],
        # In the schema only: `check_filename` judges, and says why.
        extra_json_schema={
            "minLength": 1,
            "maxLength": FILENAME_MAX_CHARACTERS,
            "pattern": patterns.FILENAME,
        },
    ),
]
Moment = Annotated[
    str,
    Meta(
        description="RFC 3339, in UTC, with microseconds.",
        examples=["2026-11-30T08:00:00.000000Z"],
        extra_json_schema={"format": "date-time"},
    ),
]

StatusNow = Annotated[
    str,
    Meta(
        description=f"One of {', '.join(TaskStatus)}; while a newer version of this program is"
        " being deployed, perhaps a state that only that one knows.",
        examples=list(TaskStatus),
    ),
]

FIELD_RULES = {
    "status": f"must be one of {', '.join(TaskStatus)}.",
    "filename": "must be a string.",
    "id": "must be a string that holds a random UUID (version 4).",
}
"""What a field of the wrong type or value is told."""


class NewTask(Struct, forbid_unknown_fields=True):
    """What a client says of a new task."""

    filename: Filename

    def __post_init__(self) -> None:
        check_filename(self.filename)


class TaskPatch(Struct, forbid_unknown_fields=True):
    """What is to change (RFC 7396); absent fields stay as they are.

    An object in `result` is merged into what is there, null removes the result, anything else
    replaces it.
    """

    status: TaskStatus | UnsetType = UNSET
    filename: Filename | UnsetType = UNSET
    result: Raw | UnsetType = UNSET

    def __post_init__(self) -> None:
        if isinstance(self.filename, str):
            check_filename(self.filename)

    def to_changes(self) -> TaskChanges:
        """Return the columns to write; `result` stays the JSON text that was sent."""
        changes = TaskChanges()
        if isinstance(self.status, TaskStatus):
            changes["status"] = self.status
        if isinstance(self.filename, str):
            changes["filename"] = self.filename
        if isinstance(self.result, Raw):
            text = bytes(self.result).decode().strip()
            if text.startswith("{"):
                changes["result_patch"] = text
            else:
                changes["result"] = None if text == "null" else text
        return changes


class Task(Struct):
    """A file to be processed, and what came of it."""

    id: UUID
    status: StatusNow
    filename: Filename
    result: Annotated[Raw, Meta(description="Any JSON value; null where there is none.")]
    version: Annotated[int, Meta(description="1 at birth; the ETag is this number in quotes.")]
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, record: TaskRecord) -> "Task":
        """Take over a record; its `result` is embedded as the text it is."""
        return cls(
            id=record.id,
            status=record.status.value,
            filename=record.filename,
            result=Raw((record.result or "null").encode()),
            version=record.version,
            created_at=format_moment(record.created_at),
            updated_at=format_moment(record.updated_at),
        )


class TaskPage(Struct):
    """A part of the list, newest first."""

    items: list[Task]
    next_cursor: Annotated[
        str | None, Meta(description="Send it as `cursor` for what follows; null at the end.")
    ]
    count: (
        Annotated[
            int,
            Meta(ge=0, description="Tasks on all pages of the list; only if Prefer asks for it."),
        ]
        | UnsetType
    ) = UNSET
    count_is_exact: (
        Annotated[bool, Meta(description="Whether `count` was counted, not estimated.")] | UnsetType
    ) = UNSET
