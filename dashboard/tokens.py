"""The token that a form must bring back; compatible with a host's own CSRFProtect."""

from http import HTTPStatus

from flask import current_app, request
from flask_wtf.csrf import generate_csrf, validate_csrf
from wtforms import ValidationError

from dashboard.errors import ForeignFormError
from dashboard.problems import Problem
from vision_tasks.errors import ConfigurationError

TOKEN_REFUSED = Problem(
    HTTPStatus.BAD_REQUEST,
    "Please send this again",
    "Nothing was saved: this page was open for too long, or it did not come from this desk."
    " Check what you see and send it again.",
)


def get_token_name() -> str:
    """Name the form field; a host may have renamed it with WTF_CSRF_FIELD_NAME."""
    return str(current_app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token"))


def make_token() -> str:
    """Make the token for the forms of this response.

    Raises ConfigurationError where the app has no secret key to sign it with.
    """
    if not current_app.secret_key:
        raise ConfigurationError("Forms need a signed session; set the app's SECRET_KEY.")
    return str(generate_csrf())


def is_token_valid() -> bool:
    """Tell whether the form of this request brought back a token of this session."""
    try:
        validate_csrf(request.form.get(get_token_name()))
    except ValidationError:
        return False
    return True


def refuse_foreign_form() -> None:
    """Raise ForeignFormError for a form that another site sent without a token of this session.

    What such a form holds must not be shown again, for it would come with a valid token.
    """
    # https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
    if request.headers.get("Sec-Fetch-Site") == "cross-site" and not is_token_valid():
        raise ForeignFormError
