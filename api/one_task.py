"""A single task: read it, put it under an id of one's own, change it, delete it."""

from http import HTTPStatus

from quart import Blueprint, Response, request

from api import storage
from api.answers import answer_task
from api.bodies import JSON, MERGE_PATCH, read_body
from api.conditions import (
    format_etag,
    is_unchanged,
    read_change_condition,
    read_put_condition,
)
from api.errors import PreconditionFailedError
from api.identifiers import get_task_id, parse_new_id
from api.link_descriptions import OF_A_TASK
from api.operations import Answer, Operation, describe
from api.parameter_descriptions import (
    EXAMPLE_NEW_TASK,
    EXAMPLE_TASK,
    IF_MATCH,
    IF_NONE_MATCH,
    NEW_TASK_ID,
    PUT_CONDITIONS,
    TASK_ID,
)
from api.payloads import NewTask, Task, TaskPatch
from vision_tasks.api_key_rules import Scope
from vision_tasks.errors import TaskExistsError

blueprint = Blueprint("task", __name__)

_BODY_PROBLEMS = (
    "malformed_body",
    "request_timeout",
    "body_too_large",
    "unsupported_media_type",
    "invalid_field",
)
_CONDITION_PROBLEMS = (
    "task_not_found",
    "condition_required",
    "malformed_condition",
    "misplaced_condition",
    "stale_version",
)
_THE_TASK = Answer(
    description="The task as it is now.",
    body=Task,
    headers=("ETag",),
    links=OF_A_TASK,
    example=EXAMPLE_TASK,
)


@blueprint.get("/tasks/<task:task_id>")
@describe(
    Operation(
        summary="Read a task",
        scope=Scope.READ,
        parameters=(TASK_ID, IF_NONE_MATCH),
        answers={
            HTTPStatus.OK: _THE_TASK,
            HTTPStatus.NOT_MODIFIED: Answer(
                description="It is what If-None-Match says.", headers=("ETag",)
            ),
        },
        problems=("task_not_found",),
    )
)
async def get_task(task_id: str) -> Response:
    """Read a task; a copy may be kept if it is checked by its ETag before each use."""
    task = await storage.get_task(get_task_id(task_id))
    if is_unchanged(request.headers.getlist("If-None-Match"), task.version):
        response = Response(status=HTTPStatus.NOT_MODIFIED)
        response.headers["ETag"] = format_etag(task.version)
    else:
        response = answer_task(task)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.put("/tasks/<task:task_id>")
@describe(
    Operation(
        summary="Add a task under your own id",
        scope=Scope.WRITE,
        parameters=(NEW_TASK_ID, *PUT_CONDITIONS),
        body=NewTask,
        body_example={"filename": "street-0417.jpg"},
        answers={
            HTTPStatus.CREATED: Answer(
                description="The task was added.",
                body=Task,
                headers=("ETag", "Location"),
                links=OF_A_TASK,
                example=EXAMPLE_NEW_TASK,
            ),
            HTTPStatus.OK: _THE_TASK,
        },
        problems=(
            *_BODY_PROBLEMS,
            "malformed_condition",
            "precondition_failed",
            "stale_version",
            "task_exists",
        ),
    )
)
async def put_task(task_id: str) -> Response:
    """Add a task under a UUIDv4 of the client's; repeating the call is harmless."""
    new_id = parse_new_id(task_id)
    condition = read_put_condition(request.headers)
    new = await read_body(NewTask, JSON)
    if condition.needs_task:
        existing = await storage.fetch_task(new_id)
        if existing is None:
            raise PreconditionFailedError(
                f"There is no task {new_id}, and If-Match asks for one; leave it out to add it."
            )
        task, is_new = existing, False
    else:
        task, is_new = await storage.insert_task_once(new_id, new.filename)
    if not is_new:
        condition.check(task)
        if task.filename != new.filename:
            raise TaskExistsError(new_id)
    return answer_task(task, HTTPStatus.CREATED if is_new else HTTPStatus.OK)


@blueprint.patch("/tasks/<task:task_id>")
@describe(
    Operation(
        summary="Change a task",
        scope=Scope.WRITE,
        parameters=(TASK_ID, IF_MATCH),
        body=TaskPatch,
        media_types=(MERGE_PATCH, JSON),
        body_example={"status": "COMPLETED", "result": {"objects": []}},
        answers={HTTPStatus.OK: _THE_TASK},
        problems=(*_CONDITION_PROBLEMS, *_BODY_PROBLEMS, "illegal_move"),
    )
)
async def patch_task(task_id: str) -> Response:
    """Change status, filename or result, if the task is still what If-Match says."""
    known_id = get_task_id(task_id)
    versions = read_change_condition(request.headers)
    changes = (await read_body(TaskPatch, MERGE_PATCH, JSON)).to_changes()
    if not changes:
        return answer_task(await storage.get_task(known_id, versions))
    return answer_task(await storage.update_task(known_id, versions, changes))


@blueprint.delete("/tasks/<task:task_id>")
@describe(
    Operation(
        summary="Delete a task",
        scope=Scope.DELETE,
        parameters=(TASK_ID, IF_MATCH),
        answers={HTTPStatus.NO_CONTENT: Answer(description="The task is gone.")},
        problems=_CONDITION_PROBLEMS,
    )
)
async def delete_task(task_id: str) -> Response:
    """Delete a task, if it is still what If-Match says."""
    known_id = get_task_id(task_id)
    await storage.delete_task(known_id, read_change_condition(request.headers))
    return Response(status=HTTPStatus.NO_CONTENT)
