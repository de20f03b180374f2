"""Ending a key: asked first, and told where it had ended already."""

from flask import Response, flash, request, url_for

from dashboard.desk import get_desk
from dashboard.keys.standing import get_standing_key
from dashboard.language import gettext, translate
from dashboard.pages import Page
from dashboard.problems import Problem
from dashboard.returning import see_other
from dashboard.tokens import TOKEN_REFUSED, is_token_valid, refuse_foreign_form
from vision_tasks.api_key_changes import revoke_key
from vision_tasks.api_key_errors import ApiKeyEndedError


def handle_revocation(page: Page, name: str) -> Response:
    """Ask whether the key shall end, or end it and show all keys."""
    if request.method != "POST":
        return _show(page, name)
    refuse_foreign_form()
    if not is_token_valid():
        return _show(page, name, problem=TOKEN_REFUSED)
    try:
        with get_desk().begin() as connection:
            revoke_key(connection, name)
    except ApiKeyEndedError as exc:
        flash(translate(str(exc)), "info")
    else:
        done = gettext("The key %(name)s is revoked; its next request is refused.", name=name)
        flash(done, "success")
    return see_other(url_for("vision_tasks_keys.index"))


def _show(page: Page, name: str, *, problem: Problem | None = None) -> Response:
    return page.show("key_revoke.html", key=get_standing_key(name), problem=problem)
