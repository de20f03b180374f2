"""What each error looks like to a person: a status, a title and a sentence, in one table."""

import logging
from dataclasses import dataclass
from http import HTTPStatus

from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from dashboard.access import AccessDeniedError
from dashboard.bulk.errors import (
    BatchBusyError,
    BatchNotFoundError,
    TooManyTasksError,
    UnknownBulkActionError,
)
from dashboard.errors import (
    ChangeNotFoundError,
    DamagedFormError,
    ExportsBusyError,
    ForeignFormError,
    TaskInUseError,
    TicksError,
    TooSoonError,
)
from dashboard.single_sign_on.errors import (
    AnswerRefusedError,
    NotOnStaffError,
    ProviderAwayError,
)
from dashboard.staff.errors import (
    LastAdminError,
    OwnAccountError,
    PasswordChangedError,
    SecondFactorChangedError,
    StaffChangedError,
    StaffExistsError,
    StaffNotFoundError,
)
from vision_tasks.api_key_errors import (
    ApiKeyChangedError,
    ApiKeyEndedError,
    ApiKeyExistsError,
    ApiKeyNotFoundError,
)
from vision_tasks.errors import (
    DatabaseTimeoutError,
    DatabaseUnavailableError,
    IllegalMoveError,
    InvalidFieldError,
    PasswordsBusyError,
    TaskExistsError,
    TaskNotFoundError,
    VisionTasksError,
)

RETRY_AFTER_SECONDS = 5

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Problem:
    """A page that explains why there is no other; `retry_after_seconds` where waiting helps."""

    status: HTTPStatus
    title: str
    text: str
    retry_after_seconds: int | None = None


_TITLES: dict[type[VisionTasksError], tuple[HTTPStatus, str]] = {
    TaskNotFoundError: (HTTPStatus.NOT_FOUND, "No such task"),
    ChangeNotFoundError: (HTTPStatus.NOT_FOUND, "No such change"),
    AccessDeniedError: (HTTPStatus.FORBIDDEN, "Not allowed"),
    InvalidFieldError: (HTTPStatus.BAD_REQUEST, "That cannot be accepted"),
    DamagedFormError: (HTTPStatus.BAD_REQUEST, "The form is damaged"),
    ForeignFormError: (HTTPStatus.FORBIDDEN, "Not from this desk"),
    TaskInUseError: (HTTPStatus.CONFLICT, "Still in use"),
    TicksError: (HTTPStatus.BAD_REQUEST, "Please tick again"),
    BatchNotFoundError: (HTTPStatus.NOT_FOUND, "No such action"),
    BatchBusyError: (HTTPStatus.CONFLICT, "Please wait"),
    TooManyTasksError: (HTTPStatus.BAD_REQUEST, "Too many tasks at once"),
    UnknownBulkActionError: (HTTPStatus.BAD_REQUEST, "Please choose again"),
    ExportsBusyError: (HTTPStatus.SERVICE_UNAVAILABLE, "Please wait"),
    TooSoonError: (HTTPStatus.TOO_MANY_REQUESTS, "Please wait"),
    PasswordsBusyError: (HTTPStatus.SERVICE_UNAVAILABLE, "Please wait"),
    TaskExistsError: (HTTPStatus.CONFLICT, "That task is there already"),
    IllegalMoveError: (HTTPStatus.CONFLICT, "That move is not legal"),
    StaffNotFoundError: (HTTPStatus.NOT_FOUND, "Nobody there"),
    StaffExistsError: (HTTPStatus.CONFLICT, "Already on the staff"),
    StaffChangedError: (HTTPStatus.CONFLICT, "Changed meanwhile"),
    PasswordChangedError: (HTTPStatus.CONFLICT, "Changed meanwhile"),
    SecondFactorChangedError: (HTTPStatus.CONFLICT, "Changed meanwhile"),
    LastAdminError: (HTTPStatus.CONFLICT, "The last admin"),
    OwnAccountError: (HTTPStatus.CONFLICT, "Your own account"),
    ProviderAwayError: (HTTPStatus.SERVICE_UNAVAILABLE, "The sign-in service is away"),
    AnswerRefusedError: (HTTPStatus.BAD_REQUEST, "You are not signed in"),
    NotOnStaffError: (HTTPStatus.FORBIDDEN, "Not on the staff"),
    ApiKeyNotFoundError: (HTTPStatus.NOT_FOUND, "No such key"),
    ApiKeyExistsError: (HTTPStatus.CONFLICT, "That key is there already"),
    ApiKeyEndedError: (HTTPStatus.CONFLICT, "The key has ended"),
    ApiKeyChangedError: (HTTPStatus.CONFLICT, "Changed meanwhile"),
    DatabaseUnavailableError: (HTTPStatus.SERVICE_UNAVAILABLE, "The database is away"),
    DatabaseTimeoutError: (HTTPStatus.GATEWAY_TIMEOUT, "The database took too long"),
}
_HTTP_PROBLEMS: dict[int, tuple[str, str]] = {
    400: ("That cannot be accepted", "The request is not in a form that this desk understands."),
    403: ("Not allowed", "Whoever runs this desk can let you see this page."),
    404: ("No such page", "The address leads nowhere; it may be mistyped or out of date."),
    405: ("Not done this way", "This address does not do that; use the buttons of its page."),
    413: ("Too long", "What was sent is longer than this desk accepts, and nothing was saved."),
    500: ("Something went wrong", "The fault is ours and has been noted; nothing half-done stays."),
}

# What may stop a write after the form was read; the person keeps the form, still filled in.
FAILURES = (VisionTasksError, DBAPIError)


def describe_error(error: VisionTasksError | DBAPIError) -> Problem:
    """Say `error` to a person; what only an operator can mend is logged instead of shown."""
    if isinstance(error, DBAPIError):
        # A rule of somebody else's, for one: a host's trigger or constraint on our table.
        _logger.error("The database refused a statement of the desk.", exc_info=error)
        return Problem(
            HTTPStatus.CONFLICT,
            "The database refused this",
            "Nothing was saved. Try again; where it goes on refusing, whoever runs this desk finds"
            " the reason in its log.",
        )
    for kind, (status, title) in _TITLES.items():
        if isinstance(error, kind):
            waiting = status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)
            seconds = RETRY_AFTER_SECONDS if waiting else None
            if isinstance(error, TooSoonError):
                seconds = error.retry_after_seconds
            return Problem(status, title, str(error), seconds)
    _logger.error("The desk cannot work (%s): %s", error.code, error)
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The desk is not ready",
        "It cannot use its database. Whoever runs it finds the reason in its log.",
        RETRY_AFTER_SECONDS,
    )


def describe_http_error(error: HTTPException) -> Problem:
    """Say an error of HTTP itself to a person."""
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    title, text = _HTTP_PROBLEMS.get(status, (status.phrase, status.description or status.phrase))
    return Problem(status, title, text)
