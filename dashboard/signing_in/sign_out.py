"""Signing out: a button, never a link."""

from flask import Response, flash, request, url_for

from dashboard.language import gettext
from dashboard.pages import Page
from dashboard.returning import see_other
from dashboard.signing_in.access import SIGN_IN
from dashboard.signing_in.sessions import end_this_session, get_visit
from dashboard.tokens import is_token_valid


def handle_sign_out(page: Page) -> Response:
    """Show the button, or end the session; a form without its token shows the button again."""
    if get_visit().person is None:
        return see_other(url_for(SIGN_IN))
    if request.method != "POST":
        return page.show("account_sign_out.html")
    if not is_token_valid():
        return page.show("account_sign_out.html", status=400)
    end_this_session()
    flash(gettext("You are signed out."), "success")
    return see_other(url_for(SIGN_IN))
