"""The host of a module, which its fixture `made` makes, with its staff and its databases."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.databases import psql
from tests.hosts.host import Browser, Host, open_tasks


@pytest.fixture(scope="module")
def host(made: Host) -> Iterator[Host]:
    yield made
    made.engine.dispose()
    made.app.extensions["vision_tasks"].engine.dispose()


@pytest.fixture
def staff(host: Host) -> Browser:
    """A browser of somebody whom the host knows as staff."""
    return host.staff()


@pytest.fixture
def tasks(host: Host) -> Iterator[Any]:
    """Somebody else at psql, looking at an empty table of tasks."""
    with open_tasks(host) as cursor:
        cursor.execute("DELETE FROM tasks")
        yield cursor


@pytest.fixture
def own(host: Host) -> Iterator[Any]:
    """Somebody else at psql, looking at the host's tables, with one customer in them."""
    with psql(host.own) as cursor:
        cursor.execute("DELETE FROM customers")
        cursor.execute("DELETE FROM visits")
        cursor.execute("INSERT INTO customers (name) VALUES ('Berta')")
        yield cursor
