"""What must hold before the desk joins an app; each refusal names the setting and the fix."""

import re
from inspect import iscoroutinefunction

from flask import Flask
from flask_admin import Admin

from dashboard.access import SupportsAllows
from dashboard.desk import EXTENSION_NAME
from dashboard.errors import SetUpError
from dashboard.signing import SigningFlask
from vision_tasks.config import Settings, load_settings
from vision_tasks.errors import ConfigurationError

_PLACE = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")


def check_access(access: object) -> SupportsAllows:
    """Return the access contract; raises SetUpError where nobody said who may do what."""
    allows = getattr(access, "allows", None)
    if isinstance(access, type):
        problem = f"access= is the class {access.__name__}; pass an object of it"
    elif not callable(allows):
        problem = "access= is missing or has no method allows(action); pass an object that has one"
    elif iscoroutinefunction(allows):
        problem = "access= has an async allows(action); make it an ordinary method"
    else:
        return access  # type: ignore[return-value]
    raise SetUpError(
        f"TaskDashboard cannot know who may see the tasks: {problem},"
        " as in TaskDashboard(access=StaffOnly())."
    )


def check_settings(settings: object) -> Settings:
    """Return the settings, read from the environment where they are None."""
    if settings is None:
        try:
            # Ours signs nothing in a host, whose own key may be shorter than we would take.
            return load_settings(SECRET_KEY=None)
        except ConfigurationError as exc:
            raise SetUpError(
                f"{exc} Where these are settings of your own app, pass those of the desk:"
                " TaskDashboard(settings=load_settings(DATABASE_URL=…))."
            ) from None
    if not isinstance(settings, Settings):
        raise SetUpError(
            "settings= of TaskDashboard is no Settings; pass what"
            " vision_tasks.config.load_settings(…) returns, or leave it out."
        )
    return settings


def check_app(app: object) -> Flask:
    """Return the app, which has no desk yet and can sign sessions."""
    if not isinstance(app, Flask):
        raise SetUpError("init_app takes the Flask app first: call init_app(app, admin).")
    if app._got_first_request:  # noqa: SLF001
        raise SetUpError("The app has answered a request already; call init_app before it does.")
    if EXTENSION_NAME in app.extensions:
        raise SetUpError("This app has its TaskDashboard already; call init_app once for each app.")
    # Ours takes its key later, so that its commands need none.
    if not app.secret_key and not isinstance(app, SigningFlask):
        raise SetUpError(
            "The app has no SECRET_KEY, so no form can be protected; set app.config['SECRET_KEY']"
            " before init_app."
        )
    return app


def check_admin(admin: object, app: Flask) -> Admin:
    """Return the Flask-Admin that the desk shall be part of, which must be one of `app`."""
    if not isinstance(admin, Admin):
        raise SetUpError(
            "init_app needs the Flask-Admin of the app: call init_app(app, admin) with"
            " admin = flask_admin.Admin(app)."
        )
    if admin.app is not None and admin.app is not app:
        raise SetUpError(
            "This Admin belongs to another app; pass the Admin made for the app itself."
        )
    return admin


def check_place(admin: Admin, app: Flask, url: str) -> None:
    """Find the place below the Admin free where the desk shall live, its subpages included."""
    if not _PLACE.fullmatch(url):
        raise SetUpError(
            f"url={url!r} of TaskDashboard is no path below the Admin; write one as in"
            ' TaskDashboard(url="vision-tasks").'
        )
    ours = f"{admin.url.rstrip('/')}/{url}"
    for rule in app.url_map.iter_rules():
        is_elsewhere = (rule.subdomain or "", rule.host) != (admin.subdomain or "", admin.host)
        if is_elsewhere or rule.endpoint.startswith("vision_tasks_"):
            continue
        if rule.rule.rstrip("/") == ours or rule.rule.startswith(f"{ours}/"):
            raise SetUpError(
                f"The app has a page at {rule.rule} already, where the desk would live; give the"
                f' desk another place, as in TaskDashboard(url="vision-tasks"), or the view'
                f" {rule.endpoint.partition('.')[0]}."
            )
