"""The token that a form must bring back; compatible with a host's own CSRFProtect."""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import current_app, request
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf, validate_csrf

from dashboard.errors import ForeignFormError
from dashboard.problems import Problem
from vision_tasks.errors import ConfigurationError
from vision_tasks.sentences import sentence

TOKEN_REFUSED = Problem(
    HTTPStatus.BAD_REQUEST,
    sentence("Please send this again"),
    sentence(
        "Nothing was saved: this page was open for too long, or it did not come from this desk."
        " Check what you see and send it again."
    ),
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


def check_forms_ourselves() -> None:
    """Take our forms out of the hands of a host's CSRFProtect, which may be set up at any time.

    It would read a form before our pages have said how long it may be, and answer an expired
    token by throwing away what was typed. `is_token_valid` asks it instead.
    """
    protection = current_app.extensions.get("csrf")
    if isinstance(protection, CSRFProtect) and request.blueprint is not None:
        protection.exempt(current_app.blueprints[request.blueprint])


def is_token_valid() -> bool:
    """Tell whether the form of this request brought back a token of this session.

    Where the host has a CSRFProtect, by its rules, the one about the Referer included.
    """
    protection = current_app.extensions.get("csrf")
    try:
        validate_csrf(request.form.get(get_token_name()))
        if isinstance(protection, CSRFProtect):
            protection.protect()
    except (ValueError, CSRFError):
        # Beside WTForms' ValidationError the one of a Referer that is no address.
        return False
    return True


def refuse_foreign_form() -> None:
    """Raise ForeignFormError for a form that another site sent without a token of this session.

    What such a form holds must not be shown again, for it would come with a valid token.
    """
    if _is_foreign() and not is_token_valid():
        raise ForeignFormError


def _is_foreign() -> bool:
    # https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header: browsers send it over HTTPS and
    # to this machine; another subdomain is "same-site".
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    try:
        place = urlsplit(origin).netloc
    except ValueError:
        return True
    # "null" has none, and neither has a request without a Host.
    return not place or place != request.host
