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
    UnusableFilterError,
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
from vision_tasks.sentences import sentence

RETRY_AFTER_SECONDS = 5

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Problem:
    """A page that explains why there is no other; `retry_after_seconds` where waiting helps.

    Title and text are Sentences, to be said in the language of whoever sees them.
    """

    status: HTTPStatus
    title: str
    text: str
    retry_after_seconds: int | None = None


_TITLES: dict[type[VisionTasksError], tuple[HTTPStatus, str]] = {
    TaskNotFoundError: (HTTPStatus.NOT_FOUND, sentence("No such task")),
    ChangeNotFoundError: (HTTPStatus.NOT_FOUND, sentence("No such change")),
    AccessDeniedError: (HTTPStatus.FORBIDDEN, sentence("Not allowed")),
    InvalidFieldError: (HTTPStatus.BAD_REQUEST, sentence("That cannot be accepted")),
    UnusableFilterError: (HTTPStatus.BAD_REQUEST, sentence("That cannot be accepted")),
    DamagedFormError: (HTTPStatus.BAD_REQUEST, sentence("The form is damaged")),
    ForeignFormError: (HTTPStatus.FORBIDDEN, sentence("Not from this desk")),
    TaskInUseError: (HTTPStatus.CONFLICT, sentence("Still in use")),
    TicksError: (HTTPStatus.BAD_REQUEST, sentence("Please tick again")),
    BatchNotFoundError: (HTTPStatus.NOT_FOUND, sentence("No such action")),
    BatchBusyError: (HTTPStatus.CONFLICT, sentence("Please wait")),
    TooManyTasksError: (HTTPStatus.BAD_REQUEST, sentence("Too many tasks at once")),
    UnknownBulkActionError: (HTTPStatus.BAD_REQUEST, sentence("Please choose again")),
    ExportsBusyError: (HTTPStatus.SERVICE_UNAVAILABLE, sentence("Please wait")),
    TooSoonError: (HTTPStatus.TOO_MANY_REQUESTS, sentence("Please wait")),
    PasswordsBusyError: (HTTPStatus.SERVICE_UNAVAILABLE, sentence("Please wait")),
    TaskExistsError: (HTTPStatus.CONFLICT, sentence("That task is there already")),
    IllegalMoveError: (HTTPStatus.CONFLICT, sentence("That move is not legal")),
    StaffNotFoundError: (HTTPStatus.NOT_FOUND, sentence("Nobody there")),
    StaffExistsError: (HTTPStatus.CONFLICT, sentence("Already on the staff")),
    StaffChangedError: (HTTPStatus.CONFLICT, sentence("Changed meanwhile")),
    PasswordChangedError: (HTTPStatus.CONFLICT, sentence("Changed meanwhile")),
    SecondFactorChangedError: (HTTPStatus.CONFLICT, sentence("Changed meanwhile")),
    LastAdminError: (HTTPStatus.CONFLICT, sentence("The last admin")),
    OwnAccountError: (HTTPStatus.CONFLICT, sentence("Your own account")),
    ProviderAwayError: (HTTPStatus.SERVICE_UNAVAILABLE, sentence("The sign-in service is away")),
    AnswerRefusedError: (HTTPStatus.BAD_REQUEST, sentence("You are not signed in")),
    NotOnStaffError: (HTTPStatus.FORBIDDEN, sentence("Not on the staff")),
    ApiKeyNotFoundError: (HTTPStatus.NOT_FOUND, sentence("No such key")),
    ApiKeyExistsError: (HTTPStatus.CONFLICT, sentence("That key is there already")),
    ApiKeyEndedError: (HTTPStatus.CONFLICT, sentence("The key has ended")),
    ApiKeyChangedError: (HTTPStatus.CONFLICT, sentence("Changed meanwhile")),
    DatabaseUnavailableError: (HTTPStatus.SERVICE_UNAVAILABLE, sentence("The database is away")),
    DatabaseTimeoutError: (HTTPStatus.GATEWAY_TIMEOUT, sentence("The database took too long")),
}
_HTTP_PROBLEMS: dict[int, tuple[str, str]] = {
    400: (
        sentence("That cannot be accepted"),
        sentence("The request is not in a form that this desk understands."),
    ),
    403: (
        sentence("Not allowed"),
        sentence("Whoever runs this desk can let you see this page."),
    ),
    404: (
        sentence("No such page"),
        sentence("The address leads nowhere; it may be mistyped or out of date."),
    ),
    405: (
        sentence("Not done this way"),
        sentence("This address does not do that; use the buttons of its page."),
    ),
    413: (
        sentence("Too long"),
        sentence("What was sent is longer than this desk accepts, and nothing was saved."),
    ),
    500: (
        sentence("Something went wrong"),
        sentence("The fault is ours and has been noted; nothing half-done stays."),
    ),
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
            sentence("The database refused this"),
            sentence(
                "Nothing was saved. Try again; where it goes on refusing, whoever runs this desk"
                " finds the reason in its log."
            ),
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
        sentence("The desk is not ready"),
        sentence("It cannot use its database. Whoever runs it finds the reason in its log."),
        RETRY_AFTER_SECONDS,
    )


def describe_http_error(error: HTTPException) -> Problem:
    """Say an error of HTTP itself to a person."""
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    title, text = _HTTP_PROBLEMS.get(status, (status.phrase, status.description or status.phrase))
    return Problem(status, title, text)
