"""The standalone app on a fresh database, and somebody else at psql."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from dashboard import create_app
from tests.dashboard.people import QUICK_HASHER, hash_once, sign_in
from tests.databases import psql
from vision_tasks import passwords
from vision_tasks.config import Settings


@pytest.fixture(autouse=True)
def _passwords_hashed_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    # How slow ours are is tested where they are made, tests/vision_tasks/test_passwords.py.
    monkeypatch.setattr(passwords, "_HASHER", QUICK_HASHER)
    monkeypatch.setattr(passwords, "_HASH_OF_NOBODY", hash_once("nobody's"))


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.testing = True
    yield app
    app.extensions["vision_tasks"].engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of an admin, who is signed in."""
    return sign_in(app)


@pytest.fixture
def editor(app: Flask) -> FlaskClient:
    return sign_in(app, "editor")


@pytest.fixture
def viewer(app: Flask) -> FlaskClient:
    return sign_in(app, "viewer")


@pytest.fixture
def anonymous(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def cursor(settings: Settings) -> Iterator[Any]:
    with psql(settings) as cursor:
        yield cursor


@pytest.fixture
def statements(app: Flask) -> list[str]:
    """Every statement that the app sends from now on."""
    sent: list[str] = []

    @event.listens_for(app.extensions["vision_tasks"].engine, "before_cursor_execute")
    def remember(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    return sent
