"""Changing one's own password, which ends all sessions but the new one of this browser."""

from flask import Response, flash, request, url_for

from dashboard.language import gettext
from dashboard.pages import Page
from dashboard.problems import FAILURES, Problem, describe_error
from dashboard.returning import see_other
from dashboard.signing_in.attempts import count_attempt
from dashboard.signing_in.credentials import change_credentials
from dashboard.signing_in.devices import remember_device
from dashboard.signing_in.person import Person
from dashboard.signing_in.sessions import get_visit
from dashboard.signing_in.sign_in import MAX_FORM_BYTES, TOKEN_REFUSED
from dashboard.tokens import is_token_valid, refuse_foreign_form
from vision_tasks.errors import InvalidFieldError
from vision_tasks.own_account import change_password
from vision_tasks.passwords import check_password_rules, hash_password
from vision_tasks.sentences import sentence

_FIELDS = ("password", "new_password", "new_password_again")
WRONG_OLD = sentence("This is not your current password.")
_DIFFERENT = sentence("This is not the same as the new password above it.")


def handle_password_change(page: Page, person: Person) -> Response:
    """Show the form, or change the password and stay signed in here."""
    if request.method != "POST" or person.password is None:
        return _show(page, person)
    request.max_content_length = request.max_form_memory_size = MAX_FORM_BYTES
    refuse_foreign_form()
    if not is_token_valid():
        return _show(page, person, problem=TOKEN_REFUSED)
    try:
        errors = _change(person, **{name: request.form.get(name, "") for name in _FIELDS})
    except FAILURES as exc:
        return _show(page, person, problem=describe_error(exc))
    if errors:
        return _show(page, person, errors=errors)
    flash(
        gettext("Your password is changed. Wherever else you were signed in, you are no more."),
        "success",
    )
    return remember_device(see_other(url_for("vision_tasks_account.index")))


def _change(
    person: Person, *, password: str, new_password: str, new_password_again: str
) -> dict[str, str]:
    try:
        check_password_rules(new_password, email=person.email)
    except InvalidFieldError as exc:
        why = exc.text.values["reason"]
        return {"new_password": sentence("The new password %(reason)s", reason=why)}
    if new_password_again != new_password:
        return {"new_password_again": _DIFFERENT}
    attempts = count_attempt(person.email, person)
    if not attempts.check_password(password, person.password):
        return {"password": WRONG_OLD}
    attempts.take_back()
    statement = change_password(person.id, str(person.password), hash_password(new_password))
    if not change_credentials(person, statement, "password changed", proof=get_visit().proof):
        # Somebody was faster, and so it is the current one no more.
        return {"password": WRONG_OLD}
    return {}


def _show(
    page: Page,
    person: Person,
    *,
    errors: dict[str, str] | None = None,
    problem: Problem | None = None,
) -> Response:
    return page.show(
        "account_password.html",
        status=400 if errors else 200,
        person=person,
        errors=errors or {},
        problem=problem,
    )
