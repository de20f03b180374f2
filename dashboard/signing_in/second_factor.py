"""Setting up one's own second factor, and switching it off."""

from uuid import UUID

from flask import Response, flash, request, url_for
from sqlalchemy.sql.dml import ReturningUpdate

from dashboard.language import translate
from dashboard.pages import Page
from dashboard.problems import FAILURES, Problem, describe_error
from dashboard.returning import see_other
from dashboard.signing_in.attempts import count_attempt
from dashboard.signing_in.code_entry import WRONG_CODE
from dashboard.signing_in.codes import Codes, find_counter
from dashboard.signing_in.credentials import change_credentials
from dashboard.signing_in.devices import remember_device
from dashboard.signing_in.drafts import FIELD, format_draft, make_draft, read_draft
from dashboard.signing_in.next_address import read_next
from dashboard.signing_in.password_change import WRONG_OLD
from dashboard.signing_in.person import Person
from dashboard.signing_in.proofs import Proof
from dashboard.signing_in.sessions import get_visit
from dashboard.signing_in.sign_in import MAX_FORM_BYTES, TOKEN_REFUSED
from dashboard.tokens import is_token_valid, refuse_foreign_form
from vision_tasks.own_account import clear_second_factor, set_second_factor
from vision_tasks.sentences import sentence

_ON = sentence(
    "From now on a code is asked for whenever you sign in with your password. Wherever else you"
    " were signed in, you are no more."
)
_OFF = sentence(
    "From now on no code is asked for when you sign in. Wherever else you were signed in, you are"
    " no more."
)
_OTHER_KEY = sentence(
    "The key is another one now: scan the one above, and enter the code that it makes."
)
_KEPT = sentence("Whoever runs this desk wants everybody to have a second factor, so it stays on.")


def handle_second_factor(page: Page, person: Person, *, is_required: bool) -> Response:
    """Show how it stands, or switch it on or off for whoever proves that they may."""
    is_on = person.tf_primary_method is not None
    if request.method != "POST":
        return _show(page, person, is_required=is_required)
    request.max_content_length = request.max_form_memory_size = MAX_FORM_BYTES
    refuse_foreign_form()
    if not is_token_valid():
        return _show(page, person, is_required=is_required, problem=TOKEN_REFUSED)
    if is_on and is_required:
        flash(translate(_KEPT), "info")
        return see_other(url_for("vision_tasks_account.index"))
    try:
        errors = _switch_off(person) if is_on else _switch_on(person)
    except FAILURES as exc:
        return _show(page, person, is_required=is_required, problem=describe_error(exc))
    if errors:
        return _show(page, person, is_required=is_required, errors=errors)
    next_url = read_next(request.form.get("next")) or url_for("vision_tasks_account.index")
    answer = see_other(next_url)
    # Where it was set up meanwhile, on another page, that one holds, and so do its cookies.
    return answer if get_visit().person is person else remember_device(answer)


def _switch_on(person: Person) -> dict[str, str]:
    secret = read_draft(person)
    if secret is None:
        return {"code": _OTHER_KEY}
    attempts = count_attempt(person.email, person)
    typed = request.form.get("password", "")
    if person.password is not None and not attempts.check_password(typed, person.password):
        return {"password": WRONG_OLD}
    counter = find_counter(person, secret, request.form.get("code", ""))
    if counter is None:
        return {"code": WRONG_CODE.text}
    attempts.take_back()
    statement = set_second_factor(person.id, secret, counter)
    if _write(person, statement, "second factor set up", proof=Proof.CODE):
        flash(translate(_ON), "success")
    return {}


def _switch_off(person: Person) -> dict[str, str]:
    secret = str(person.tf_totp_secret)
    attempts = count_attempt(person.email, person, is_code=True)
    counter = find_counter(person, secret, request.form.get("code", ""))
    if counter is None:
        return {"code": WRONG_CODE.text}
    statement = clear_second_factor(person.id, secret, counter)
    if not _write(person, statement, "second factor removed", proof=Proof.PASSWORD):
        return {"code": WRONG_CODE.text}
    attempts.take_back()
    flash(translate(_OFF), "success")
    return {}


def _write(person: Person, statement: ReturningUpdate[UUID], action: str, *, proof: Proof) -> bool:
    if get_visit().proof is Proof.SINGLE_SIGN_ON:
        proof = Proof.SINGLE_SIGN_ON
    return change_credentials(person, statement, action, proof=proof)


def _show(
    page: Page,
    person: Person,
    *,
    is_required: bool,
    errors: dict[str, str] | None = None,
    problem: Problem | None = None,
) -> Response:
    is_on = person.tf_primary_method is not None
    secret = None if is_on else read_draft(person) or make_draft()
    return page.show(
        "account_second_factor.html",
        status=400 if errors else 200,
        person=person,
        is_on=is_on,
        is_required=is_required,
        picture=None if secret is None else Codes().draw(person.email, secret),
        secret_text=None if secret is None else Codes().get_totp_pretty_key(secret),
        draft={} if secret is None else {FIELD: format_draft(person, secret)},
        next_url=read_next(request.values.get("next")),
        errors=errors or {},
        problem=problem,
    )
