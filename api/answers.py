"""The successful answers: one task, or a page of them."""

from http import HTTPStatus

import msgspec
from quart import Response, url_for

from api.conditions import format_etag
from api.payloads import Task, TaskPage
from vision_tasks.ingest_queries import BirthRow
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.records import TaskRecord

MEDIA_TYPE = "application/json"


def answer_task(record: TaskRecord, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Show one task with its ETag; where it is new, Location says where it lives."""
    response = Response(
        msgspec.json.encode(Task.of(record)), status=status, content_type=MEDIA_TYPE
    )
    response.headers["ETag"] = format_etag(record.version)
    if status is HTTPStatus.CREATED:
        response.headers["Location"] = url_for("task.get_task", task_id=str(record.id))
    return response


def format_birth(birth: BirthRow) -> bytes:
    """Write a task in JSON as it was born, whatever has become of it."""
    return msgspec.json.encode(Task.of(_as_born(birth)))


def answer_birth(birth: BirthRow) -> Response:
    """Show a task as it was born, with its ETag and where it lives."""
    return answer_task(_as_born(birth), HTTPStatus.CREATED)


def _as_born(birth: BirthRow) -> TaskRecord:
    return TaskRecord(
        birth.id,
        TaskStatus.PENDING,
        birth.filename,
        result=None,
        version=1,
        created_at=birth.born_at,
        updated_at=birth.born_at,
    )


def answer_page(page: TaskPage, next_query: str | None) -> Response:
    """Show a page; `next_query` is the query string of the one that follows."""
    response = Response(msgspec.json.encode(page), content_type=MEDIA_TYPE)
    if next_query is not None:
        response.headers["Link"] = f'<{url_for("tasks.list_tasks")}?{next_query}>; rel="next"'
    return response
