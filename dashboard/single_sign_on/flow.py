"""Out to the provider and back (authorization code flow with PKCE; RFC 9700, section 2.1.1)."""

import logging
from urllib.parse import urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from flask import Response, make_response, redirect, request, url_for
from sqlalchemy.exc import DBAPIError

from dashboard.desk import get_desk
from dashboard.pages import Page
from dashboard.problems import describe_error
from dashboard.returning import see_other
from dashboard.signing_in import Proof, begin_session, remember_device
from dashboard.signing_in.attempts import count_callback
from dashboard.signing_in.next_address import get_next_url, read_next
from dashboard.signing_in.sessions import get_visit
from dashboard.single_sign_on.attempt import Attempt
from dashboard.single_sign_on.errors import AnswerRefusedError, NotOnStaffError, ProviderAwayError
from dashboard.single_sign_on.provider import Provider
from dashboard.single_sign_on.tokens import (
    format_error,
    get_verified_email,
    redeem_code,
    verify_id_token,
)
from dashboard.staff.changes import fetch_person_by_email
from vision_tasks.config import Settings
from vision_tasks.errors import VisionTasksError
from vision_tasks.sentences import sentence

CALLBACK = "vision_tasks_single_sign_on.callback"
SCOPES = "openid email"

_logger = logging.getLogger(__name__)


def handle_start(page: Page, provider: Provider) -> Response:
    """Send the browser to the provider, unless somebody is signed in already."""
    if get_visit().person is not None:
        return see_other(get_next_url())
    try:
        metadata = provider.get_metadata()
    except ProviderAwayError as exc:
        return _show(page, exc, next_url=read_next(request.args.get("next")))
    attempt = Attempt(read_next(request.args.get("next")))
    attempt.keep()
    query = {
        "response_type": "code",
        "client_id": get_desk().settings.OIDC_CLIENT_ID,
        "redirect_uri": _format_redirect_uri(),
        "scope": SCOPES,
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": create_s256_code_challenge(attempt.verifier),
        "code_challenge_method": "S256",
    }
    joint = "&" if "?" in metadata.authorization_endpoint else "?"
    url = f"{metadata.authorization_endpoint}{joint}{urlencode(query)}"
    return make_response(redirect(url, 303))


def handle_callback(page: Page, provider: Provider) -> Response:
    """Sign in whoever the provider vouches for, if they are on the staff and active."""
    attempt = Attempt.take(request.args.get("state", ""))
    next_url = None if attempt is None else attempt.next_url
    try:
        if attempt is None:
            raise AnswerRefusedError(
                "state is none of this browser's, was used already, or is too old",
                sentence(
                    "This sign-in was not begun in this browser, or too long ago. Begin again."
                ),
            )
        _sign_in(provider, attempt, get_desk().settings)
    except (VisionTasksError, DBAPIError) as exc:
        return _show(page, exc, next_url=next_url)
    return remember_device(see_other(next_url or url_for("vision_tasks_overview.index")))


def _sign_in(provider: Provider, attempt: Attempt, settings: Settings) -> None:
    code = request.args.get("code")
    if not code or "error" in request.args:
        raise AnswerRefusedError(
            f"it says {format_error(request.args.get('error'))}",
            sentence(
                "The sign-in service did not sign you in. Begin again if that was not your choice."
            ),
        )
    # A copy of the cookie brings the same state again, and each time the provider would be called.
    counted = count_callback()
    metadata = provider.get_metadata()
    answer = redeem_code(
        metadata,
        settings,
        code=code,
        verifier=attempt.verifier,
        redirect_uri=_format_redirect_uri(),
    )
    claims = verify_id_token(
        metadata, answer, client_id=settings.OIDC_CLIENT_ID or "", nonce=attempt.nonce
    )
    email = get_verified_email(metadata, answer, claims)
    with get_desk().begin() as connection:
        person = fetch_person_by_email(connection, email)
    if person is None or not begin_session(person.id, proof=Proof.SINGLE_SIGN_ON):
        raise NotOnStaffError(email)
    counted.succeed()


def _format_redirect_uri() -> str:
    return url_for(CALLBACK, _external=True)


def _show(page: Page, exc: VisionTasksError | DBAPIError, *, next_url: str | None) -> Response:
    if isinstance(exc, ProviderAwayError | AnswerRefusedError | NotOnStaffError):
        _logger.warning("Nobody was signed in by single sign-on: %s.", exc.reason)
    return page.show("single_sign_on.html", problem=describe_error(exc), next_url=next_url)
