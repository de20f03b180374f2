"""Giving a key another secret: asked first, and done once however often the form is sent."""

from datetime import datetime

from flask import Response, request

from dashboard.desk import get_desk
from dashboard.errors import DamagedFormError
from dashboard.formats import format_machine_moment
from dashboard.keys.numbers import NOT_A_NUMBER, read_number
from dashboard.keys.secret import show_secret
from dashboard.keys.standing import get_standing_key
from dashboard.pages import Page
from dashboard.problems import Problem, describe_error
from dashboard.tokens import TOKEN_REFUSED, is_token_valid, refuse_foreign_form
from vision_tasks.api_key_changes import rotate_key
from vision_tasks.api_key_errors import ApiKeyChangedError
from vision_tasks.api_key_queries import SeenKey
from vision_tasks.api_key_rules import MAX_GRACE_HOURS, check_grace
from vision_tasks.errors import InvalidFieldError

NEVER = "never"


def handle_rotation(page: Page, name: str) -> Response:
    """Ask whether the key shall get another secret, or give it one and show that.

    The form says which rotation was the last one then: after another, it does nothing.
    """
    if request.method != "POST":
        return _show(page, name)
    refuse_foreign_form()
    hours = request.form.get("hours", "")
    if not is_token_valid():
        return _show(page, name, hours=hours, problem=TOKEN_REFUSED)
    seen = _read_seen(request.form.get("rotated_at", ""))
    try:
        number = read_number(hours)
        grace = check_grace(NOT_A_NUMBER if number is None else number)
        with get_desk().begin() as connection:
            key, secret = rotate_key(connection, name, grace=grace, seen=seen)
    except InvalidFieldError as exc:
        return _show(page, name, hours=hours, error=str(exc))
    except ApiKeyChangedError as exc:
        return _show(page, name, hours=hours, problem=describe_error(exc))
    return show_secret(page, key, secret)


def _read_seen(text: str) -> SeenKey:
    if text == NEVER:
        return SeenKey(None)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise DamagedFormError from None
    if moment.tzinfo is None:
        raise DamagedFormError
    return SeenKey(moment)


def _show(
    page: Page,
    name: str,
    *,
    hours: str = "0",
    error: str | None = None,
    problem: Problem | None = None,
) -> Response:
    key = get_standing_key(name)
    return page.show(
        "key_rotate.html",
        status=400 if error else 200,
        key=key,
        rotated_at=format_machine_moment(key.rotated_at) if key.rotated_at else NEVER,
        hours=hours,
        max_hours=MAX_GRACE_HOURS,
        error=error,
        problem=problem,
    )
