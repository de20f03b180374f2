"""What becomes of a key: once for each change, with a line in the history."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.databases import psql
from tests.histories import read_history
from tests.vision_tasks.managed_keys import begin, find, make, rotate
from vision_tasks.api_key_changes import (
    fetch_keys,
    get_key,
    make_first_key,
    make_key,
    revoke_key,
    rotate_key,
)
from vision_tasks.api_key_errors import ApiKeyChangedError, ApiKeyExistsError, ApiKeyNotFoundError
from vision_tasks.api_key_queries import SeenKey
from vision_tasks.api_key_rules import Scope
from vision_tasks.config import Settings
from vision_tasks.database import create_sync_engine


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = create_sync_engine(settings, application="test")
    yield engine
    engine.dispose()


@pytest.fixture
def cursor(settings: Settings) -> Iterator[Any]:
    with psql(settings) as cursor:
        yield cursor


def test_who_looked_before_a_rotation_rotates_nothing_more(engine: Engine) -> None:
    make(engine)
    with begin(engine) as connection:
        seen = SeenKey(get_key(connection, "ingest-1").rotated_at)
    secret = rotate(engine, seen=seen)
    with begin(engine) as connection, pytest.raises(ApiKeyChangedError):
        rotate_key(connection, "ingest-1", seen=seen)
    assert find(engine, secret) is not None


def test_a_name_is_used_once_even_after_its_key_has_ended(engine: Engine) -> None:
    secret = make(engine)
    with begin(engine) as connection:
        revoke_key(connection, "ingest-1")
    with begin(engine) as connection, pytest.raises(ApiKeyExistsError, match="used only once"):
        make_key(connection, "ingest-1", (Scope.READ,))
    assert find(engine, secret) is None


def test_of_two_who_choose_a_name_at_once_one_gets_it(engine: Engine) -> None:
    with begin(engine) as one, ThreadPoolExecutor() as pool:
        make_key(one, "ingest-1", (Scope.READ,))
        waiting = pool.submit(make, engine)
        one.commit()
        with pytest.raises(ApiKeyExistsError):
            waiting.result()


def test_a_key_that_never_was_cannot_be_changed(engine: Engine) -> None:
    for deed in (revoke_key, rotate_key, get_key):
        with begin(engine) as connection, pytest.raises(ApiKeyNotFoundError):
            deed(connection, "nobody")


def test_the_first_key_is_made_once_and_only_where_there_never_was_one(engine: Engine) -> None:
    def make_first(_: int) -> Any:
        with begin(engine) as connection:
            return make_first_key(connection)

    with ThreadPoolExecutor() as pool:
        (secret,) = [one for one in pool.map(make_first, range(8)) if one is not None]
    caller = find(engine, secret.get_secret_value())
    assert caller is not None
    assert (caller.name, list(caller.scopes)) == ("first", list(Scope))
    with begin(engine) as connection:
        revoke_key(connection, "first")
        assert make_first_key(connection) is None


def test_keys_in_force_are_listed_first_and_tell_who_made_them(engine: Engine) -> None:
    for name in ("b", "a", "c"):
        make(engine, name)
    with begin(engine) as connection:
        revoke_key(connection, "a")
        keys = fetch_keys(connection)
    assert [key.name for key in keys] == ["b", "c", "a"]
    assert {key.created_by for key in keys} == {"cli:ana"}


def test_the_history_tells_of_each_change(engine: Engine, cursor: Any) -> None:
    make(engine)
    rotate(engine)
    with begin(engine) as connection:
        revoke_key(connection, "ingest-1")
    entries = read_history(cursor)
    assert [entry.action for entry in entries] == ["key made", "key rotated", "key revoked"]
    for entry in entries:
        assert (entry.actor, entry.task_id, entry.before) == ("cli:ana", None, None)
        assert entry.after == '{"key": "ingest-1", "scopes": ["tasks:read", "tasks:write"]}'


def test_a_change_that_is_taken_back_leaves_no_entry(engine: Engine, cursor: Any) -> None:
    make(engine)
    with begin(engine) as connection, pytest.raises(ApiKeyExistsError):
        make_key(connection, "ingest-1", (Scope.READ,))
    assert len(read_history(cursor)) == 1
