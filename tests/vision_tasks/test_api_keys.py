"""Keys as the database holds them: who is let in, and when that is noted."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, text

from tests.databases import psql
from tests.vision_tasks.managed_keys import HOUR, begin, find, make, rotate
from vision_tasks.api_key_changes import get_key, revoke_key, rotate_key
from vision_tasks.api_key_errors import ApiKeyEndedError
from vision_tasks.api_key_rules import hash_secret
from vision_tasks.api_keys import SELECT_CALLER, Caller, update_last_used_at
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


def test_whoever_brings_a_key_is_known_by_its_name_and_scopes(engine: Engine) -> None:
    secret = make(engine)
    caller = find(engine, secret)
    assert caller is not None
    assert (caller.name, list(caller.scopes)) == ("ingest-1", ["tasks:read", "tasks:write"])
    for other in (secret[:-1], secret.lower(), f"{secret} ", hash_secret(secret).hex()):
        assert find(engine, other) is None


def test_only_the_hash_of_a_key_is_stored(engine: Engine, cursor: Any) -> None:
    secrets = [make(engine), rotate(engine, grace=HOUR)]
    cursor.execute("SELECT api_keys::text FROM api_keys")
    rows = cursor.fetchall()
    cursor.execute("SELECT task_changes::text FROM task_changes")
    stored = str(rows + cursor.fetchall())
    assert hash_secret(secrets[1]).hex() in stored
    assert [secret for secret in secrets if secret in stored or secret[3:] in stored] == []


def test_a_revoked_key_lets_nobody_in_for_good(engine: Engine) -> None:
    secret = make(engine)
    with begin(engine) as connection:
        assert revoke_key(connection, "ingest-1").state == "revoked"
    assert find(engine, secret) is None
    for deed in (revoke_key, rotate_key):
        with begin(engine) as connection, pytest.raises(ApiKeyEndedError, match="revoked already"):
            deed(connection, "ingest-1")


def test_a_key_ends_at_its_moment(engine: Engine, cursor: Any) -> None:
    secret = make(engine, expires_in=HOUR)
    cursor.execute("SELECT expires_at - created_at FROM api_keys")
    assert cursor.fetchone() == (HOUR,)
    assert find(engine, secret) is not None
    cursor.execute("UPDATE api_keys SET expires_at = now()")
    assert find(engine, secret) is None
    with begin(engine) as connection:
        assert get_key(connection, "ingest-1").state == "expired"
        with pytest.raises(ApiKeyEndedError, match="expired already"):
            rotate_key(connection, "ingest-1")


def test_a_rotation_ends_the_secret_before_at_once(engine: Engine) -> None:
    before = make(engine)
    after = rotate(engine)
    assert find(engine, before) is None
    assert find(engine, after) is not None


def test_a_grace_lets_the_secret_before_go_on_until_its_end(engine: Engine, cursor: Any) -> None:
    first = make(engine)
    second = rotate(engine, grace=HOUR)
    assert find(engine, first) is not None
    assert find(engine, first) == find(engine, second)
    cursor.execute("UPDATE api_keys SET previous_expires_at = now()")
    assert find(engine, first) is None
    assert find(engine, second) is not None


def test_no_more_than_two_secrets_go_on_at_a_time(engine: Engine) -> None:
    secrets = [make(engine), rotate(engine, grace=HOUR), rotate(engine, grace=HOUR)]
    assert [find(engine, secret) is not None for secret in secrets] == [False, True, True]


def test_no_secret_outlives_its_key(engine: Engine) -> None:
    secrets = [make(engine), rotate(engine, grace=HOUR)]
    with begin(engine) as connection:
        revoke_key(connection, "ingest-1")
        assert get_key(connection, "ingest-1").previous_expires_at is None
    assert [find(engine, secret) for secret in secrets] == [None, None]


def note(engine: Engine, caller: Caller | None) -> int:
    assert caller is not None
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '2s'"))
        return connection.execute(update_last_used_at(caller.id)).rowcount


def test_a_use_is_noted_once_a_minute(engine: Engine, cursor: Any) -> None:
    secret = make(engine)
    caller = find(engine, secret)
    assert caller is not None
    assert caller.is_to_be_noted
    assert [note(engine, caller) for _ in range(3)] == [1, 0, 0]
    assert find(engine, secret) == caller._replace(is_to_be_noted=False)
    cursor.execute("UPDATE api_keys SET last_used_at = now() - interval '61 s'")
    assert find(engine, secret) == caller
    assert note(engine, caller) == 1


def test_a_note_waits_for_nobody(engine: Engine, cursor: Any) -> None:
    caller = find(engine, make(engine))
    cursor.execute("BEGIN")
    cursor.execute("SELECT FROM api_keys FOR UPDATE")
    assert note(engine, caller) == 0
    cursor.execute("ROLLBACK")
    assert note(engine, caller) == 1


def test_a_key_is_found_by_index_among_many(engine: Engine, cursor: Any) -> None:
    cursor.execute(
        "INSERT INTO api_keys (name, secret_hash, previous_hash, scopes, created_by)"
        " SELECT n, sha256(n::text::bytea), sha256((-n)::text::bytea), '{}', 'x'"
        " FROM generate_series(1, 20000) AS n"
    )
    cursor.execute("ANALYZE api_keys")
    statement = SELECT_CALLER.params(secret_hash=b"x").compile(
        engine, compile_kwargs={"literal_binds": True}
    )
    with engine.begin() as connection:
        plan = "\n".join(connection.scalars(text(f"EXPLAIN {statement}".replace(":", r"\:"))))
    assert "Seq Scan" not in plan
    assert plan.count("Index Scan") == 2
