"""Flask-Security in the standalone app: whoever is signed in, and nothing more of it."""

from flask import Flask
from flask_admin import Admin
from flask_security import Security

from dashboard.signing_in.access import StaffAccess
from dashboard.signing_in.datastore import StaffDatastore
from dashboard.signing_in.pages import AccountPage, SignInPage, SignOutPage
from dashboard.signing_in.sessions import get_visit, load_person


def set_up_signing_in(app: Flask, admin: Admin, access: StaffAccess) -> None:
    """Add the pages and what keeps a session; opens no connection and needs no key.

    Flask-Security keeps its routes to itself: its views know nothing of our delays, tokens, error
    pages and transactions, and answer in JSON whoever asks for it.
    """
    app.config.update(
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
        # No cookie can have this name, so that none is taken for one that remembers somebody.
        REMEMBER_COOKIE_NAME=";",
    )
    security = Security(app, StaffDatastore(), register_blueprint=False)
    manager = security.login_manager
    manager.user_loader(load_person)
    # Else a token in a header or an address would do for a cookie.
    manager.request_loader(None)
    # It would believe any X-Forwarded-For; a session of ours is bound by its row.
    manager.session_protection = None
    # Else every request, of a style sheet for one, would be a look into the database.
    security.principal.identity_loaders.clear()
    for page in (SignInPage(), SignOutPage(), AccountPage(access)):
        admin.add_view(page)
    app.context_processor(lambda: {"desk_person": get_visit().person})
