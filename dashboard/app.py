"""The desk on its own: a Flask app, an Admin whose index is the overview, and our pages."""

from importlib.util import find_spec

from flask import Flask, Response, make_response, redirect, request, url_for
from flask_admin import Admin
from flask_admin.theme import Bootstrap4Theme
from flask_migrate import Migrate
from werkzeug.exceptions import BadRequest, HTTPException

from dashboard.extension import TaskDashboard
from dashboard.hardening import get_nonce, harden
from dashboard.hosts import is_trusted_host
from dashboard.language import get_language
from dashboard.language.choice import choose_ourselves
from dashboard.overview import OverviewPage
from dashboard.problems import describe_http_error
from dashboard.signing import SigningFlask
from vision_tasks.config import Settings
from vision_tasks.models import Task
from vision_tasks.revisions import UPGRADE_COMMAND
from vision_tasks.upgrade import find_migrations


def create_app(settings: Settings) -> Flask:
    """Make the standalone app, with `flask db`.

    Before the first request it opens no connection and needs no secret key. Only staff get in,
    each as far as their role allows.
    """
    # Imported here, for a host has a login of its own.
    from dashboard.signing_in import StaffAccess, set_up_signing_in  # noqa: PLC0415
    from dashboard.single_sign_on.pages import set_up_single_sign_on  # noqa: PLC0415
    from dashboard.staff.extension import set_up_staff  # noqa: PLC0415

    app = SigningFlask(settings)
    app.config.update(
        MAX_CONTENT_LENGTH=settings.MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=settings.MAX_BODY_BYTES,
        # A token lives as long as its session: nobody loses a long edit to a clock.
        WTF_CSRF_TIME_LIMIT=None,
    )
    overview = OverviewPage(as_index=True)
    admin = Admin(
        app,
        name=settings.PROJECT_NAME,
        index_view=overview,
        theme=Bootstrap4Theme(fluid=True),
        csp_nonce_generator=get_nonce,
    )
    _set_up_babel(app)
    access = StaffAccess(is_second_factor_required=settings.TWO_FACTOR_REQUIRED)
    TaskDashboard(access=access, settings=settings, upgrade_command=UPGRADE_COMMAND).init_app(
        app, admin
    )
    set_up_staff(app, admin, settings)
    set_up_signing_in(app, admin, access)
    set_up_single_sign_on(admin, settings)
    Migrate(app, Task, directory=str(find_migrations()), command="db")
    app.add_url_rule("/", "home", lambda: redirect(url_for("vision_tasks_overview.index")))
    _refuse_strange_hosts(app, settings)
    _show_errors(app, overview)
    harden(app, settings)
    return app


def _set_up_babel(app: Flask) -> None:
    # Flask-Admin uses Flask-Babel wherever it is installed, and fails on an app that does not.
    if find_spec("flask_babel") is not None:
        from flask_babel import Babel  # noqa: PLC0415

        Babel(app, locale_selector=get_language)
    choose_ourselves(app)


def _refuse_strange_hosts(app: Flask, settings: Settings) -> None:
    @app.before_request
    def refuse_strange_host() -> None:
        if not is_trusted_host(request.headers.get("Host"), settings.TRUSTED_HOSTS):
            raise BadRequest


def _show_errors(app: Flask, overview: OverviewPage) -> None:
    @app.errorhandler(HTTPException)
    def show_http_error(error: HTTPException) -> Response:
        if error.response is not None:
            return make_response(error.get_response())
        response = overview.show_problem(describe_http_error(error))
        for name, value in error.get_headers():
            if name != "Content-Type":
                response.headers[name] = value
        return response
