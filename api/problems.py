"""Every error as `application/problem+json` (RFC 9457); the one table from code to status."""

from http import HTTPStatus
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from api.bulk.errors import InvalidLinesError
from vision_tasks.errors import InvalidFieldError, StaleVersionError, VisionTasksError
from vision_tasks.sentences import plain

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 1

STATUSES = {
    "bad_request": HTTPStatus.BAD_REQUEST,
    "untrusted_host": HTTPStatus.BAD_REQUEST,
    "malformed_body": HTTPStatus.BAD_REQUEST,
    "malformed_document": HTTPStatus.BAD_REQUEST,
    "malformed_condition": HTTPStatus.BAD_REQUEST,
    "misplaced_condition": HTTPStatus.BAD_REQUEST,
    "unauthenticated": HTTPStatus.UNAUTHORIZED,
    "insufficient_scope": HTTPStatus.FORBIDDEN,
    "not_found": HTTPStatus.NOT_FOUND,
    "task_not_found": HTTPStatus.NOT_FOUND,
    "method_not_allowed": HTTPStatus.METHOD_NOT_ALLOWED,
    "request_timeout": HTTPStatus.REQUEST_TIMEOUT,
    "api_key_not_found": HTTPStatus.NOT_FOUND,
    "task_exists": HTTPStatus.CONFLICT,
    "illegal_move": HTTPStatus.CONFLICT,
    "api_key_exists": HTTPStatus.CONFLICT,
    "api_key_ended": HTTPStatus.CONFLICT,
    "api_key_changed": HTTPStatus.CONFLICT,
    "precondition_failed": HTTPStatus.PRECONDITION_FAILED,
    "stale_version": HTTPStatus.PRECONDITION_FAILED,
    "body_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "unsupported_media_type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "invalid_field": HTTPStatus.UNPROCESSABLE_ENTITY,
    "idempotency_key_reused": HTTPStatus.UNPROCESSABLE_ENTITY,
    "condition_required": HTTPStatus.PRECONDITION_REQUIRED,
    "error": HTTPStatus.INTERNAL_SERVER_ERROR,
    "configuration": HTTPStatus.INTERNAL_SERVER_ERROR,
    "server_ended": HTTPStatus.INTERNAL_SERVER_ERROR,
    "server_silent": HTTPStatus.INTERNAL_SERVER_ERROR,
    "sending_stopped": HTTPStatus.INTERNAL_SERVER_ERROR,
    "overloaded": HTTPStatus.SERVICE_UNAVAILABLE,
    "passwords_busy": HTTPStatus.SERVICE_UNAVAILABLE,
    "database_unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "database_refused": HTTPStatus.SERVICE_UNAVAILABLE,
    "schema_mismatch": HTTPStatus.SERVICE_UNAVAILABLE,
    "temporary_right_missing": HTTPStatus.SERVICE_UNAVAILABLE,
    "embedded_database": HTTPStatus.SERVICE_UNAVAILABLE,
    "migration_failed": HTTPStatus.SERVICE_UNAVAILABLE,
    "unmet_precondition": HTTPStatus.SERVICE_UNAVAILABLE,
    "dependent_objects": HTTPStatus.SERVICE_UNAVAILABLE,
    "migration_interrupted": HTTPStatus.SERVICE_UNAVAILABLE,
    "unconvertible_results": HTTPStatus.SERVICE_UNAVAILABLE,
    "unconvertible_moments": HTTPStatus.SERVICE_UNAVAILABLE,
    "migration_locked": HTTPStatus.SERVICE_UNAVAILABLE,
    "table_locked": HTTPStatus.SERVICE_UNAVAILABLE,
    "database_timeout": HTTPStatus.GATEWAY_TIMEOUT,
}

HTTP_DETAILS = {
    "bad_request": "The request cannot be understood.",
    "not_found": "There is nothing at this address; /docs lists what there is.",
    "method_not_allowed": "This address does not know this method; Allow lists those it knows.",
    "request_timeout": "The body did not arrive in time.",
    "body_too_large": "The body is longer than this server accepts.",
}
"""What is said about the errors that Quart raises by itself."""

# What these say is for clients; the other errors of 500 and above are for the operator's log.
_PUBLIC_FAILURES = frozenset(
    {"overloaded", "database_unavailable", "database_timeout", "schema_mismatch"}
)
QUIET_FAILURES = frozenset({"overloaded"})
"""Failures that come in floods, so a line each in the log would be a second flood."""

_FAILURE_DETAIL = "The server cannot answer this now; its log says why."


class FieldProblem(Struct):
    """One field that was refused; `reason` completes "<field> …"."""

    field: str
    reason: str
    line: Annotated[
        int | UnsetType, Meta(description="Of a bulk request: which line, counted from 1.")
    ] = UNSET


class Problem(Struct, omit_defaults=True):
    """What went wrong (RFC 9457). `code` never changes once released, `detail` is for people."""

    type: Annotated[str, Meta(extra_json_schema={"format": "uri"})]
    title: str
    status: int
    detail: str
    code: str
    instance: str | UnsetType = UNSET
    errors: list[FieldProblem] | UnsetType = UNSET
    current_version: int | UnsetType = UNSET


def make_problem(code: str, detail: str) -> Problem:
    """Make the problem of a `code` that stands in STATUSES."""
    return Problem(
        type=f"urn:vision-tasks:problem:{code}",
        title=code.replace("_", " ").capitalize(),
        status=STATUSES[code].value,
        detail=plain(detail),
        code=code,
    )


def describe_error(exc: VisionTasksError) -> Problem:
    """Make the problem of one of our errors, holding nothing that is the operator's business."""
    problem = make_problem(exc.code, str(exc))
    if is_failure(problem) and exc.code not in _PUBLIC_FAILURES:
        problem.detail = _FAILURE_DETAIL
    if isinstance(exc, InvalidLinesError):
        problem.errors = [FieldProblem(one.field, one.reason, one.line) for one in exc.problems]
    elif isinstance(exc, InvalidFieldError):
        problem.errors = [FieldProblem(exc.field, exc.reason)]
    if isinstance(exc, StaleVersionError):
        problem.current_version = exc.current_version
    return problem


def is_failure(problem: Problem) -> bool:
    """Tell whether it is our fault rather than the client's."""
    return problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR
