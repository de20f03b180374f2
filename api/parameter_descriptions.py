"""The parameters of the task routes, as OpenAPI shows them."""

from typing import Any

from api import patterns
from api.operations import Parameter
from api.parameters import DEFAULT_LIMIT, MAX_LIMIT
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.models import FILENAME_MAX_CHARACTERS

EXAMPLE_ID = "6f1c2b9e-8d3a-4c55-9b0e-2f7a1d4c8e90"
EXAMPLE_TASK: dict[str, Any] = {
    "id": EXAMPLE_ID,
    "status": "COMPLETED",
    "filename": "street-0417.jpg",
    "result": {"objects": [{"label": "bicycle", "score": 0.93}]},
    "version": 2,
    "created_at": "2026-11-30T08:00:00.000000Z",
    "updated_at": "2026-11-30T08:00:07.204118Z",
}
EXAMPLE_NEW_TASK = {**EXAMPLE_TASK, "status": "PENDING", "result": None, "version": 1}
_MOMENT = {"type": "string", "format": "date-time", "pattern": patterns.MOMENT}
_CONDITION = {"type": "string", "format": "entity-tags", "pattern": patterns.CONDITION}

TASK_ID = Parameter(
    name="task_id",
    place="path",
    description="The id of the task.",
    schema={"type": "string", "format": "uuid"},
    required=True,
    example=EXAMPLE_ID,
)
NEW_TASK_ID = Parameter(
    name="task_id",
    place="path",
    description="A random UUID (version 4) of your own.",
    schema={"type": "string", "format": "uuid", "pattern": patterns.NEW_ID},
    required=True,
    example=EXAMPLE_ID,
)
IF_MATCH = Parameter(
    name="If-Match",
    place="header",
    description="The ETag of the task as it was read, a list of them, or `*` for whatever it is."
    " If-None-Match is refused here.",
    schema=_CONDITION,
    required=True,
    example='"1"',
)
IF_NONE_MATCH = Parameter(
    name="If-None-Match",
    place="header",
    description="The ETag of the copy at hand; 304 if that is still the present state.",
    example='"2"',
)
PUT_CONDITIONS = (
    Parameter(
        name="If-Match",
        place="header",
        description="Add nothing: the task must be there, at this ETag (`*`: at any).",
        # No example: whoever tries them all out at once would be told that they exclude each other.
        schema=_CONDITION,
    ),
    Parameter(
        name="If-None-Match",
        place="header",
        description="`*` to add the task only if nothing is there yet, even if it is the same.",
        schema=_CONDITION,
        example="*",
    ),
)
IDEMPOTENCY_KEY = Parameter(
    name="Idempotency-Key",
    place="header",
    description="1 to 255 visible ASCII characters; a repeat within 24 hours stores nothing anew"
    " and is answered as the first request was.",
    schema={
        "type": "string",
        "minLength": 1,
        "maxLength": 255,
        "pattern": patterns.VISIBLE_ASCII,
    },
    example="b1946ac9-2f0e-4a4b-9d5a-6c1f0c7d3e21",
)
COUNT = Parameter(
    name="Prefer",
    place="header",
    description="`count=exact` or `count=estimated` for the number of tasks on all pages. The"
    " estimate costs the same at any size; an exact count may take too long (504).",
    example="count=estimated",
)
LIST_PARAMETERS = (
    Parameter(
        name="status",
        place="query",
        description="Only tasks in this state.",
        schema={"enum": [status.value for status in TaskStatus]},
    ),
    Parameter(
        name="filename",
        place="query",
        description="Only tasks whose filename contains this, in any case.",
        schema={
            "type": "string",
            "minLength": 1,
            "maxLength": FILENAME_MAX_CHARACTERS,
            "pattern": patterns.LABEL,
        },
    ),
    Parameter(
        name="created_from",
        place="query",
        description="Only tasks created at this moment or later (RFC 3339 with a zone).",
        schema=_MOMENT,
    ),
    Parameter(
        name="created_to",
        place="query",
        description="Only tasks created before this moment (RFC 3339 with a zone).",
        schema=_MOMENT,
    ),
    Parameter(
        name="limit",
        place="query",
        description="How many tasks at most; a page of large results ends earlier.",
        schema={"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
    ),
    Parameter(
        name="cursor",
        place="query",
        description="`next_cursor` of the page before, with the same filters.",
    ),
    COUNT,
)
