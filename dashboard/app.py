"""The desk on its own: a Flask app, an Admin whose index is the overview, and our pages."""

from importlib.util import find_spec

from flask import Flask, Response, make_response, redirect, request, url_for
from flask_admin import Admin
from flask_admin.theme import Bootstrap4Theme
from flask_migrate import Migrate
from werkzeug.exceptions import BadRequest, HTTPException

from dashboard.access import EveryoneAllowed
from dashboard.extension import TaskDashboard
from dashboard.hosts import is_trusted_host
from dashboard.overview import OverviewPage
from dashboard.problems import describe_http_error
from dashboard.signing import SigningFlask
from vision_tasks.config import Settings
from vision_tasks.models import Task
from vision_tasks.revisions import UPGRADE_COMMAND
from vision_tasks.upgrade import find_migrations


def create_app(settings: Settings) -> Flask:
    """Make the standalone app, with `flask db`.

    Before the first request it opens no connection and needs no secret key. Whoever
    reaches it may do everything, so it belongs on loopback.
    """
    app = SigningFlask(settings)
    app.config.update(
        MAX_CONTENT_LENGTH=settings.MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=settings.MAX_BODY_BYTES,
        SESSION_COOKIE_NAME="vision_tasks",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # A token lives as long as its session: nobody loses a long edit to a clock.
        WTF_CSRF_TIME_LIMIT=None,
    )
    overview = OverviewPage(as_index=True)
    admin = Admin(
        app,
        name=settings.PROJECT_NAME,
        index_view=overview,
        theme=Bootstrap4Theme(fluid=True),
    )
    _set_up_babel(app)
    TaskDashboard(
        access=EveryoneAllowed(), settings=settings, upgrade_command=UPGRADE_COMMAND
    ).init_app(app, admin)
    Migrate(app, Task, directory=str(find_migrations()), command="db")
    app.add_url_rule("/", "home", lambda: redirect(url_for("vision_tasks_overview.index")))
    _refuse_strange_hosts(app, settings)
    _refuse_frames(app)
    _show_errors(app, overview)
    return app


def _set_up_babel(app: Flask) -> None:
    # Flask-Admin uses Flask-Babel wherever it is installed, and fails on an app that does not.
    if find_spec("flask_babel") is not None:
        from flask_babel import Babel  # noqa: PLC0415

        Babel(app)


def _refuse_strange_hosts(app: Flask, settings: Settings) -> None:
    @app.before_request
    def refuse_strange_host() -> None:
        if not is_trusted_host(request.headers.get("Host"), settings.TRUSTED_HOSTS):
            raise BadRequest


def _refuse_frames(app: Flask) -> None:
    # In a host the policy is the host's own.
    @app.after_request
    def refuse_frames(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = "frame-ancestors 'none'"
        return response


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
