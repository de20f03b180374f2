"""A company's app with the desk in it, as far as the shared contract must know it.

Every host has: customers in a database of its own, with a ModelView; a home page; `/cart`, which
keeps items in the session; a row in `visits` begun at each request and left uncommitted, whose
fate it tells in the header X-Acme-Visit; error pages of its own, also for `/broken`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import Engine
from werkzeug.test import Client

from tests.databases import Databases, psql
from vision_tasks.config import Settings

HOME = "Acme: home"
NOT_FOUND = "Acme has no such page"
BROKEN = "Acme is sorry"


class Browser(Client):
    """A browser; `environ` is what a proxy adds to each of its requests."""

    def __init__(self, app: Any) -> None:
        super().__init__(app)
        self.environ: dict[str, str] = {}

    def run_wsgi_app(self, environ: Any, buffered: bool = False) -> Any:  # noqa: FBT001, FBT002
        return super().run_wsgi_app({**environ, **self.environ}, buffered)


@dataclass(frozen=True)
class Host:
    """`own` is the host's database, `engine` its engine, `tasks` where the tasks are.

    `login` is where it sends whoever it does not know, None where the desk's own 403 is its
    answer. `public` is the app as browsers reach it, below `prefix`.
    """

    app: Flask
    own: Settings
    engine: Engine
    tasks: Settings
    sign_in: Callable[[Browser], None]
    login: str | None = None
    admin: str = "/admin"
    desk_admin: str = "/admin"
    prefix: str = ""
    public: Any = None

    def client(self) -> Browser:
        return Browser(self.public or self.app)

    def staff(self) -> Browser:
        client = self.client()
        self.sign_in(client)
        return client

    def url(self, path: str) -> str:
        return self.prefix + path

    def desk_url(self, path: str = "") -> str:
        return f"{self.prefix}{self.desk_admin}/tasks/{path}"


def format_url(settings: Settings) -> str:
    """The address of a database as a host writes it into its configuration."""
    return settings.SQLALCHEMY_DATABASE_URI_SYNC.render_as_string(hide_password=False)


@contextmanager
def open_tasks(host: Host) -> Iterator[Any]:
    """A cursor of somebody else's on the tasks."""
    with psql(host.tasks) as cursor:
        if schema := host.tasks.POSTGRES_SCHEMA:
            cursor.execute(f"SET search_path TO {schema}")
        yield cursor


@contextmanager
def two_databases(databases: Databases, template: str) -> Iterator[tuple[Settings, Settings]]:
    """An empty database for the host, and one of its own for the tasks."""
    with databases.create() as own, databases.create(template=template) as tasks:
        yield own, tasks
