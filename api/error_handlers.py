"""How what a handler raises becomes an answer, and what of it goes to the log."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from uuid import uuid4

import msgspec
from quart import Quart, Response
from werkzeug.exceptions import HTTPException

from api.conditions import format_etag
from api.direct import DirectAnswer, encode_headers, make_answer
from api.errors import KeyRefusedError, OverloadedError
from api.metrics import count_refusal
from api.problems import (
    HTTP_DETAILS,
    MEDIA_TYPE,
    QUIET_FAILURES,
    RETRY_AFTER_SECONDS,
    STATUSES,
    Problem,
    describe_error,
    is_failure,
    make_problem,
)
from vision_tasks.errors import VisionTasksError

logger = logging.getLogger(__name__)

_HTTP_CODES = {STATUSES[code].value: code for code in HTTP_DETAILS}


def register(app: Quart) -> None:
    """Let every error of `app` leave as `application/problem+json`."""
    app.register_error_handler(VisionTasksError, answer_error)
    app.register_error_handler(HTTPException, answer_http_exception)
    app.register_error_handler(Exception, answer_unexpected)


def format_problem(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Turn a problem into a response, with `headers` beside those that belong to its status."""
    response = Response(
        msgspec.json.encode(problem), status=problem.status, content_type=MEDIA_TYPE
    )
    response.headers.update({**_make_headers(problem), **(headers or {})})
    return response


def format_directly(exc: Exception) -> DirectAnswer:
    """Answer without Quart what a direct handler raised, as Quart would have it answered."""
    if isinstance(exc, VisionTasksError):
        problem, headers = _explain(exc)
    else:
        problem, headers = _explain_defect(exc), {}
    return make_answer(
        HTTPStatus(problem.status),
        msgspec.json.encode(problem),
        MEDIA_TYPE.encode(),
        encode_headers({**_make_headers(problem), **headers}),
    )


async def answer_error(exc: VisionTasksError) -> Response:
    """Answer an error that was raised on purpose; a fault of ours is logged in one line."""
    return format_problem(*_explain(exc))


async def answer_http_exception(exc: HTTPException) -> Response:
    """Answer what Quart raises by itself, keeping its status and its headers (Allow)."""
    status = exc.code or HTTPStatus.BAD_REQUEST
    code = _HTTP_CODES.get(status, "bad_request")
    problem = make_problem(code, HTTP_DETAILS[code])
    problem.status = status
    response = format_problem(problem)
    for name, value in exc.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


async def answer_unexpected(exc: Exception) -> Response:
    """Answer a defect of ours: the client gets an id, the log the id and the traceback."""
    return format_problem(_explain_defect(exc))


def _explain(exc: VisionTasksError) -> tuple[Problem, dict[str, str]]:
    problem = describe_error(exc)
    if isinstance(exc, OverloadedError):
        count_refusal()
    if is_failure(problem) and exc.code not in QUIET_FAILURES:
        logger.warning("%s: %s", exc.code, exc)
    if isinstance(exc, KeyRefusedError):
        return problem, {"WWW-Authenticate": exc.challenge}
    return problem, {}


def _explain_defect(exc: Exception) -> Problem:
    problem = make_problem(
        "error", "This is a defect of the server; quote `instance` to report it."
    )
    problem.instance = uuid4().urn
    logger.error("Unexpected error %s", problem.instance, exc_info=exc)
    return problem


def _make_headers(problem: Problem) -> dict[str, str]:
    headers = {}
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if isinstance(problem.current_version, int):
        headers["ETag"] = format_etag(problem.current_version)
    return headers
