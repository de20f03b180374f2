"""The first key of a desk that has just been made: on the embedded database, once."""

import shlex
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.databases import connect, psql
from tests.histories import read_history
from vision_tasks.api_key_rules import Scope, hash_secret
from vision_tasks.config import Settings
from vision_tasks.embedded import EmbeddedPostgres
from vision_tasks.serving.first_key import VARIABLE, FirstKey, provide_key
from vision_tasks.upgrade import upgrade_to_head


@pytest.fixture
def embedded(quick_directory: Path) -> Iterator[Settings]:
    settings = Settings(_env_file=None, DATA_DIRECTORY=quick_directory / "first key's home")
    with EmbeddedPostgres(settings.DATA_DIRECTORY):
        upgrade_to_head(settings)
        yield settings


def test_of_several_starts_at_once_one_makes_the_key_and_no_later_one(embedded: Settings) -> None:
    with ThreadPoolExecutor() as pool:
        keys = [*pool.map(provide_key, [embedded] * 6)]
    (secret,) = [key.secret for key in keys if key.secret is not None]
    with EmbeddedPostgres(embedded.DATA_DIRECTORY) as address:
        connection = connect(address)
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, secret_hash, scopes, created_by FROM api_keys")
            ((name, secret_hash, scopes, created_by),) = cursor.fetchall()
            (entry,) = read_history(cursor)
        connection.close()
    assert (name, scopes, created_by) == ("first", list(Scope), "cli:serve")
    assert bytes(secret_hash) == hash_secret(secret.get_secret_value())
    assert (entry.actor, entry.action) == ("cli:serve", "key made")
    later = provide_key(embedded)
    assert later.secret is None
    assert f"VISION_TASKS_DATA_DIR={shlex.quote(str(embedded.DATA_DIRECTORY))}" in later.describe()


def test_a_database_of_somebody_elses_gets_no_key_by_itself(settings: Settings) -> None:
    key = provide_key(settings)
    assert key.secret is None
    assert key.format_header() == f'"Authorization: Bearer ${VARIABLE}"'
    assert "uv run flask api-key add" in key.describe()
    assert "DATA_DIR" not in key.describe()
    with psql(settings) as cursor:
        cursor.execute("SELECT count(*) FROM api_keys")
        assert cursor.fetchone() == (0,)


def test_a_key_that_was_made_just_now_stands_in_the_command_alone() -> None:
    key = FirstKey("add", SecretStr("vt_secret"))
    assert key.format_header() == "'Authorization: Bearer vt_secret'"
    assert "shown this once" in key.describe()
    assert "vt_secret" not in f"{key!r} {key.describe()}"
