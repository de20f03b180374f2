"""Signing in with an email address and a password."""

from http import HTTPStatus

from flask import Response, request, url_for

from dashboard.desk import get_desk
from dashboard.pages import Page
from dashboard.problems import FAILURES, Problem, describe_error
from dashboard.returning import see_other
from dashboard.signing_in.attempts import Attempts, count_attempt
from dashboard.signing_in.datastore import StaffDatastore
from dashboard.signing_in.devices import remember_device
from dashboard.signing_in.next_address import get_next_url, read_next
from dashboard.signing_in.person import Person
from dashboard.signing_in.proofs import Proof
from dashboard.signing_in.second_step import begin_second_step
from dashboard.signing_in.sessions import begin_session, get_visit
from dashboard.tokens import is_token_valid, refuse_foreign_form
from vision_tasks.models import EMAIL_MAX_CHARACTERS
from vision_tasks.passwords import MAX_CHARACTERS
from vision_tasks.sentences import sentence
from vision_tasks.staff import normalize_email

MAX_FORM_BYTES = 16_384
"""Many times what an address and a password come to."""

TOKEN_REFUSED = Problem(
    HTTPStatus.BAD_REQUEST,
    sentence("Please send this again"),
    sentence("This page was open for too long, or your browser keeps no cookies for it."),
)
_WRONG = Problem(
    HTTPStatus.BAD_REQUEST,
    sentence("That did not work"),
    sentence("The email address or the password is wrong, or the account is disabled."),
)
_TOO_LONG = Problem(
    HTTPStatus.BAD_REQUEST,
    sentence("That did not work"),
    sentence(
        "An email address has at most %(of_address)s characters, a password at most"
        " %(of_password)s.",
        of_address=EMAIL_MAX_CHARACTERS,
        of_password=MAX_CHARACTERS,
    ),
)
# Typed on a keyboard that composes its characters from several, a password is longer.
_LONGEST_PASSWORD = 4 * MAX_CHARACTERS
_NO_PASSWORDS = Problem(
    HTTPStatus.BAD_REQUEST,
    sentence("That did not work"),
    sentence("This desk takes no passwords; use the button below."),
)


def handle_sign_in(page: Page) -> Response:
    """Show the form, or sign in whoever it says and go where they wanted to go."""
    if request.method != "POST":
        is_in = get_visit().person is not None
        return see_other(get_next_url()) if is_in else _show(page, "")
    request.max_content_length = request.max_form_memory_size = MAX_FORM_BYTES
    refuse_foreign_form()
    email, password = request.form.get("email", ""), request.form.get("password", "")
    if not is_token_valid():
        return _show(page, email, problem=TOKEN_REFUSED)
    if not get_desk().settings.PASSWORD_SIGN_IN:
        return _show(page, "", problem=_NO_PASSWORDS)
    if len(email) > EMAIL_MAX_CHARACTERS or len(password) > _LONGEST_PASSWORD:
        return _show(page, "", problem=_TOO_LONG)
    try:
        return _sign_in(page, email, password)
    except FAILURES as exc:
        return _show(page, email, problem=describe_error(exc))


def finish(person: Person, attempts: Attempts, proof: Proof) -> Response | None:
    """Begin the session of somebody who has proved to be `person`; None for the disabled."""
    if not begin_session(person.id, uniquifier=person.fs_uniquifier, proof=proof):
        return None
    attempts.succeed()
    return remember_device(see_other(get_next_url()))


def _sign_in(page: Page, email: str, password: str) -> Response:
    person = _find_person(normalize_email(email))
    attempts = count_attempt(normalize_email(email), person)
    # Whoever it is, known or not, disabled or not, it takes as long and says the same.
    is_right = attempts.check_password(password, None if person is None else person.password)
    if person is None or not is_right or not person.active:
        return _show(page, email, problem=_WRONG)
    if person.tf_primary_method is not None:
        attempts.take_back()
        begin_second_step(person)
        return see_other(
            url_for("vision_tasks_sign_in.code", next=read_next(request.form.get("next")))
        )
    return finish(person, attempts, Proof.PASSWORD) or _show(page, email, problem=_WRONG)


def _find_person(email: str) -> Person | None:
    # PostgreSQL has no text with NUL in it.
    return None if "\x00" in email else StaffDatastore().find_user(email=email)


def _show(page: Page, email: str, *, problem: Problem | None = None) -> Response:
    return page.show(
        "sign_in.html",
        problem=problem,
        email=email,
        settings=get_desk().settings,
        has_ended=get_visit().has_ended,
        next_url=read_next(request.values.get("next")),
    )
