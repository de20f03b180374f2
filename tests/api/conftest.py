"""The API inside the test's own event loop, on a fresh database."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from quart import Quart
from quart.testing import QuartClient
from quart.typing import TestClientProtocol
from sqlalchemy import event

from tests.api.clients import create_app
from tests.databases import Databases, psql
from tests.factories import add_task
from tests.keys import add_key
from vision_tasks.config import Settings


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings of a database without a task, but with the key of the tests."""
    with psql(settings) as cursor:
        add_key(cursor)
    return settings


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Quart]:
    app = create_app(settings)
    async with app.test_app():
        yield app


@pytest.fixture
def client(app: Quart) -> TestClientProtocol:
    return app.test_client()


@pytest.fixture
def anybody(app: Quart) -> QuartClient:
    """A client that brings no key of its own accord."""
    return QuartClient(app)


@pytest.fixture
def statements(app: Quart) -> list[str]:
    """Every statement that the API sends from now on."""
    sent: list[str] = []

    @event.listens_for(app.extensions["vision_tasks.engine"].sync_engine, "before_cursor_execute")
    def remember(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    return sent


@pytest.fixture
def cursor(settings: Settings) -> Iterator[Any]:
    with psql(settings) as cursor:
        yield cursor


@pytest.fixture(scope="module")
def untouched_settings(databases: Databases, template: str) -> Iterator[Settings]:
    """Settings of a database that nothing may reach: it is checked when the module ends."""
    with databases.create(template=template) as settings:
        with psql(settings) as cursor:
            add_task(cursor, "untouched.jpg")
            cursor.execute("SELECT * FROM tasks")
            before = cursor.fetchall()
        yield settings
        with psql(settings) as cursor:
            cursor.execute("SELECT * FROM tasks")
            assert cursor.fetchall() == before


@pytest.fixture
async def stranger(untouched_settings: Settings) -> AsyncIterator[TestClientProtocol]:
    """A client whose every request is to be refused."""
    app = create_app(untouched_settings)
    async with app.test_app():
        yield app.test_client()
