"""Connections to the embedded server, for its own upkeep."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from psycopg2 import extensions

from vision_tasks.embedded.address import Address

# Stated, because libpq would take each of them from a PG* variable of the environment.
_UNINFLUENCED: dict[str, Any] = {
    "hostaddr": "",
    "options": "",
    "sslmode": "disable",
    "gssencmode": "disable",
    "channel_binding": "disable",
    "target_session_attrs": "any",
    "client_encoding": "UTF8",
    "connect_timeout": 5,
    "application_name": "vision-tasks",
}


@contextmanager
def connect(address: Address) -> Iterator[extensions.connection]:
    """Give a connection without transactions; raises psycopg2.OperationalError."""
    connection = psycopg2.connect(
        host=address.host,
        port=address.port,
        user=address.user,
        password=address.password.get_secret_value(),
        dbname=address.database,
        **_UNINFLUENCED,
    )
    try:
        connection.autocommit = True
        yield connection
    finally:
        connection.close()
