"""The least that a host can be: an app with a key, and whatever Flask-Admin needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_admin import Admin
from flask_babel import Babel

from dashboard import TaskDashboard
from vision_tasks.config import Settings


def make_host() -> Flask:
    app = Flask("host")
    app.config.update(SECRET_KEY="of the host", TESTING=True)
    # Installed beside Flask-Admin, it must be set up.
    Babel(app)
    return app


@contextmanager
def host_with(settings: Settings, **options: Any) -> Iterator[FlaskClient]:
    """A client of a host with a desk made of `options`."""
    app = make_host()
    TaskDashboard(settings=settings, **options).init_app(app, Admin(app, name="Host"))
    yield app.test_client()
    app.extensions["vision_tasks"].engine.dispose()
