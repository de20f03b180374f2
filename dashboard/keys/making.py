"""The form for a new key, answered by the one page that shows its secret."""

from dataclasses import dataclass, field

from flask import Response, request

from dashboard.desk import get_desk
from dashboard.keys.numbers import read_number
from dashboard.keys.secret import show_secret
from dashboard.pages import Page
from dashboard.problems import FAILURES, Problem, describe_error
from dashboard.tokens import TOKEN_REFUSED, is_token_valid, refuse_foreign_form
from vision_tasks.api_key_changes import get_key, make_key
from vision_tasks.api_key_errors import ApiKeyExistsError
from vision_tasks.api_key_rules import (
    MAX_EXPIRES_DAYS,
    Scope,
    check_expiry,
    check_key_name,
    check_scopes,
)
from vision_tasks.errors import InvalidFieldError

MAX_FORM_BYTES = 16_384
"""Many times what a name, the scopes and a number come to."""


@dataclass
class _Form:
    name: str = ""
    scopes: list[str] = field(default_factory=lambda: [Scope.READ.value, Scope.WRITE.value])
    days: str = ""


def handle_making(page: Page) -> Response:
    """Show the empty form, or make the key it asks for and show its secret.

    A name is used only once, so sending the form twice makes one key.
    """
    if request.method != "POST":
        return _show(page, _Form())
    request.max_content_length = request.max_form_memory_size = MAX_FORM_BYTES
    refuse_foreign_form()
    given = request.form
    form = _Form(given.get("name", "").strip(), given.getlist("scope"), given.get("days", ""))
    if not is_token_valid():
        return _show(page, form, problem=TOKEN_REFUSED)
    try:
        return _make(page, form)
    except InvalidFieldError as exc:
        return _show(page, form, errors={exc.field: str(exc)})
    except ApiKeyExistsError as exc:
        return _show(page, form, errors={"name": str(exc)})
    except FAILURES as exc:
        return _show(page, form, problem=describe_error(exc))


def _make(page: Page, form: _Form) -> Response:
    name, scopes = check_key_name(form.name), check_scopes(form.scopes)
    expires_in = check_expiry(read_number(form.days))
    with get_desk().begin() as connection:
        secret = make_key(connection, name, scopes, expires_in=expires_in)
        key = get_key(connection, name)
    return show_secret(page, key, secret)


def _show(
    page: Page,
    form: _Form,
    *,
    errors: dict[str, str] | None = None,
    problem: Problem | None = None,
) -> Response:
    return page.show(
        "key_new.html",
        status=400 if errors else 200,
        form=form,
        scopes=list(Scope),
        max_days=MAX_EXPIRES_DAYS,
        errors=errors or {},
        problem=problem,
    )
