"""The tasks as a whole: add one, list them."""

from http import HTTPStatus
from uuid import uuid4

from quart import Blueprint, Response, request

from api import storage
from api.answers import answer_birth, answer_page
from api.authentication import get_caller
from api.bodies import JSON, read_body
from api.counting import PREFERENCE, CountKind, count_tasks, read_count_kind
from api.cursors import read_cursor, sign_cursor
from api.idempotency import HEADER, check_repeat, derive_id, read_idempotency_key
from api.ingestion import store_task
from api.link_descriptions import OF_A_TASK
from api.operations import Answer, Operation, describe
from api.parameter_descriptions import (
    EXAMPLE_NEW_TASK,
    EXAMPLE_TASK,
    IDEMPOTENCY_KEY,
    LIST_PARAMETERS,
)
from api.parameters import format_query, parse_query, read_filter, read_limit
from api.payloads import NewTask, Task, TaskPage
from api.preferences import APPLIED
from api.preferences import HEADER as PREFER
from vision_tasks.api_key_rules import Scope
from vision_tasks.records import Position

blueprint = Blueprint("tasks", __name__)


@blueprint.post("/tasks")
@describe(
    Operation(
        summary="Add a task",
        scope=Scope.WRITE,
        parameters=(IDEMPOTENCY_KEY,),
        body=NewTask,
        body_example={"filename": "street-0417.jpg"},
        answers={
            HTTPStatus.CREATED: Answer(
                description="The task was added.",
                body=Task,
                headers=("ETag", "Location"),
                links=OF_A_TASK,
                example=EXAMPLE_NEW_TASK,
            )
        },
        problems=(
            "malformed_body",
            "request_timeout",
            "body_too_large",
            "unsupported_media_type",
            "invalid_field",
            "idempotency_key_reused",
            "overloaded",
        ),
    )
)
async def create_task() -> Response:
    """Add a task under an id of the server's; under an Idempotency-Key repeating it is harmless."""
    idempotency_key = read_idempotency_key(request.headers.getlist(HEADER))
    new = await read_body(NewTask, JSON)
    if idempotency_key is None:
        return answer_birth(await store_task(uuid4(), new.filename))
    task_id = derive_id(get_caller().id, idempotency_key)
    birth = await store_task(task_id, new.filename, once=True)
    check_repeat(birth, new.filename)
    return answer_birth(birth)


@blueprint.get("/tasks")
@describe(
    Operation(
        summary="List tasks, newest first",
        scope=Scope.READ,
        parameters=LIST_PARAMETERS,
        answers={
            HTTPStatus.OK: Answer(
                description="A page of tasks; Link leads to the next one, if there is one.",
                body=TaskPage,
                headers=("Link", "Preference-Applied"),
                links=("GetFirstListed", "ListNextPage"),
                example={"items": [EXAMPLE_TASK], "next_cursor": None},
            )
        },
        problems=("invalid_field",),
    )
)
async def list_tasks() -> Response:
    """List tasks from the newest on; a page costs the same however far down it is."""
    kind = read_count_kind(request.headers.getlist(PREFER))
    values = parse_query(request.query_string.decode())
    task_filter, limit = read_filter(values), read_limit(values)
    position = read_cursor(values["cursor"], task_filter) if "cursor" in values else None
    page = await storage.select_tasks(task_filter, limit, position)
    next_cursor = None
    if page.has_older:
        last = page.tasks[-1]
        next_cursor = sign_cursor(Position(last.created_at, last.id), task_filter)
    answer = TaskPage(items=[Task.of(task) for task in page.tasks], next_cursor=next_cursor)
    if kind is not None:
        answer.count = await count_tasks(task_filter, kind)
        answer.count_is_exact = kind is CountKind.EXACT
    response = answer_page(
        answer, format_query({**values, "cursor": next_cursor}) if next_cursor else None
    )
    if kind is not None:
        response.headers[APPLIED] = f"{PREFERENCE}={kind}"
    return response
