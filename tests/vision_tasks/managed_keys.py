"""Keys as whoever manages them makes and changes them, and the look at one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Engine

from vision_tasks.api_key_changes import make_key, rotate_key
from vision_tasks.api_key_rules import Scope, hash_secret
from vision_tasks.api_keys import SELECT_CALLER, Caller
from vision_tasks.attribution import Attribution, select_attribution

HOUR = timedelta(hours=1)


@contextmanager
def begin(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        connection.execute(select_attribution(Attribution("cli:ana")))
        yield connection


def make(engine: Engine, name: str = "ingest-1", **options: Any) -> str:
    with begin(engine) as connection:
        secret = make_key(connection, name, (Scope.READ, Scope.WRITE), **options)
    return secret.get_secret_value()


def rotate(engine: Engine, name: str = "ingest-1", **options: Any) -> str:
    with begin(engine) as connection:
        return rotate_key(connection, name, **options)[1].get_secret_value()


def find(engine: Engine, secret: str) -> Caller | None:
    with engine.begin() as connection:
        parameters = {"secret_hash": hash_secret(secret)}
        row = connection.execute(SELECT_CALLER, parameters).one_or_none()
    return Caller(*row) if row else None
