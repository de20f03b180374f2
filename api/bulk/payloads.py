"""The JSON of a bulk request, in and out."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from api import patterns
from api.identifiers import parse_new_id
from api.payloads import Filename, Task
from vision_tasks.filenames import check_filename

NewId = Annotated[
    str,
    Meta(
        description="A random UUID (version 4) of your own; without it the server makes one.",
        examples=["6f1c2b9e-8d3a-4c55-9b0e-2f7a1d4c8e90"],
        extra_json_schema={"format": "uuid", "pattern": patterns.NEW_ID},
    ),
]


class BulkTask(Struct, forbid_unknown_fields=True, gc=False):
    """One of many new tasks."""

    filename: Filename
    id: NewId | UnsetType = UNSET


class CheckedBulkTask(BulkTask, forbid_unknown_fields=True):
    """A BulkTask that raises InvalidFieldError where it cannot be stored."""

    def __post_init__(self) -> None:
        check_filename(self.filename)
        if isinstance(self.id, str):
            parse_new_id(self.id)


class LineProblem(Struct):
    """What is wrong with a line, or an element of the array; both count from 1."""

    line: int
    field: str
    reason: str


class BulkAnswer(Struct):
    """What became of a bulk request."""

    created: Annotated[int, Meta(description="How many tasks were stored.")]
    rejected: Annotated[int, Meta(description="How many were not; only if that is lenient.")]
    taken: Annotated[int, Meta(description="How many of those because their id was taken.")]
    errors: Annotated[list[LineProblem], Meta(description="Why not, of the first 100.")]
    tasks: Annotated[
        list[Task] | UnsetType, Meta(description="What was stored, with return=representation.")
    ] = UNSET
