"""The successful answers: one task, or a page of them."""

from http import HTTPStatus

import msgspec
from quart import Response, url_for

from api.conditions import format_etag
from api.payloads import Task, TaskPage
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


def answer_page(page: TaskPage, next_query: str | None) -> Response:
    """Show a page; `next_query` is the query string of the one that follows."""
    response = Response(msgspec.json.encode(page), content_type=MEDIA_TYPE)
    if next_query is not None:
        response.headers["Link"] = f'<{url_for("tasks.list_tasks")}?{next_query}>; rel="next"'
    return response
