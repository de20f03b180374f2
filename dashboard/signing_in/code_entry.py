"""The second step of signing in: a code of the second factor."""

import logging
from http import HTTPStatus

from flask import Response, flash, request, url_for

from dashboard.desk import get_desk
from dashboard.language import gettext
from dashboard.pages import Page
from dashboard.problems import FAILURES, Problem, describe_error
from dashboard.returning import see_other
from dashboard.signing_in.access import SIGN_IN
from dashboard.signing_in.attempts import count_attempt
from dashboard.signing_in.codes import find_counter
from dashboard.signing_in.next_address import read_next
from dashboard.signing_in.person import Person
from dashboard.signing_in.proofs import Proof
from dashboard.signing_in.second_step import find_second_step
from dashboard.signing_in.sign_in import MAX_FORM_BYTES, TOKEN_REFUSED, finish
from dashboard.tokens import is_token_valid, refuse_foreign_form
from vision_tasks.own_account import use_code
from vision_tasks.sentences import sentence

_logger = logging.getLogger(__name__)

WRONG_CODE = Problem(
    HTTPStatus.BAD_REQUEST,
    sentence("That did not work"),
    sentence("The code is wrong, too old, or was used before. Wait for the next one."),
)


def handle_code_entry(page: Page) -> Response:
    """Ask for the code, or sign in whoever brings it; back to the start for anybody else."""
    request.max_content_length = request.max_form_memory_size = MAX_FORM_BYTES
    try:
        person = find_second_step()
        if person is None:
            flash(
                gettext("Please begin anew: the password comes first, and the code soon after."),
                "info",
            )
            return see_other(url_for(SIGN_IN, next=read_next(request.values.get("next"))))
        if request.method != "POST":
            return _show(page)
        refuse_foreign_form()
        if not is_token_valid():
            return _show(page, problem=TOKEN_REFUSED)
        return _sign_in(page, person, request.form.get("code", ""))
    except FAILURES as exc:
        return _show(page, problem=describe_error(exc))


def _sign_in(page: Page, person: Person, code: str) -> Response:
    attempts = count_attempt(person.email, person, is_code=True)
    if not _use(person, code):
        # Whoever enters it knows the password.
        _logger.warning(
            "A wrong code of the second factor followed the password of %a.", person.email
        )
        return _show(page, problem=WRONG_CODE)
    return finish(person, attempts, Proof.CODE) or _show(page, problem=WRONG_CODE)


def _use(person: Person, code: str) -> bool:
    secret = str(person.tf_totp_secret)
    counter = find_counter(person, secret, code)
    if counter is None:
        return False
    with get_desk().begin() as connection:
        return connection.execute(use_code(person.id, secret, counter)).one_or_none() is not None


def _show(page: Page, *, problem: Problem | None = None) -> Response:
    return page.show(
        "sign_in_code.html", problem=problem, next_url=read_next(request.values.get("next"))
    )
