"""When a key was last used: noted once, aside, and never at a request's cost."""

import asyncio
import logging

import pytest

from tests.api.clients import create_app
from tests.api.problems import TASKS
from tests.api.waiting import wait_until_idle


@pytest.fixture
def unused(cursor):
    """The key of the tests, which nobody has used yet."""
    cursor.execute("UPDATE api_keys SET last_used_at = NULL")


@pytest.fixture
def last_used(cursor):
    def read():
        cursor.execute("SELECT last_used_at, xmin FROM api_keys")
        return cursor.fetchone()

    return read


@pytest.mark.usefixtures("unused")
async def test_the_first_use_is_noted_and_the_next_are_not(app, client, last_used, statements):
    await asyncio.gather(*(client.get(TASKS) for _ in range(20)))
    await wait_until_idle(app)
    noted = last_used()
    assert noted[0] is not None
    for _ in range(5):
        assert (await client.get(TASKS)).status_code == 200
    await wait_until_idle(app)
    assert last_used() == noted
    assert len([one for one in statements if one.startswith("UPDATE api_keys")]) == 1


async def test_a_use_that_was_noted_by_another_process_is_not_noted_again(
    app, client, cursor, statements
):
    cursor.execute("UPDATE api_keys SET last_used_at = now() - interval '59 s'")
    await client.get(TASKS)
    await wait_until_idle(app)
    assert [one for one in statements if one.startswith("UPDATE")] == []


async def test_a_use_is_noted_again_after_a_minute_by_a_process_that_did_not_just_try(
    app, client, cursor, last_used
):
    cursor.execute("UPDATE api_keys SET last_used_at = now() - interval '61 s'")
    _, before = last_used()
    await client.get(TASKS)
    await wait_until_idle(app)
    assert last_used()[1] != before


@pytest.mark.usefixtures("unused")
async def test_a_stranger_leaves_no_trace_on_a_key(app, anybody, last_used):
    for value in ("Bearer vt_unknown", ""):
        await anybody.get(TASKS, headers={"Authorization": value})
    await wait_until_idle(app)
    assert last_used()[0] is None


@pytest.mark.usefixtures("unused")
async def test_a_key_that_somebody_holds_locked_lets_in_at_once(app, client, cursor, last_used):
    cursor.execute("BEGIN")
    cursor.execute("SELECT FROM api_keys FOR UPDATE")
    assert (await client.get(TASKS)).status_code == 200
    await wait_until_idle(app)
    cursor.execute("COMMIT")
    assert last_used()[0] is None


async def test_a_note_that_fails_is_one_word_in_the_log_and_not_tried_again(
    own_settings, databases, caplog
):
    databases.run_as_superuser(
        "ALTER TABLE api_keys OWNER TO CURRENT_USER; UPDATE api_keys SET last_used_at = NULL;"
        f" GRANT SELECT ON api_keys TO {own_settings.POSTGRES_USER}",
        own_settings.POSTGRES_DB,
    )
    app = create_app(own_settings)
    async with app.test_app():
        with caplog.at_level(logging.WARNING):
            for _ in range(3):
                assert (await app.test_client().get(TASKS)).status_code == 200
                await wait_until_idle(app)
    (record,) = [one for one in caplog.records if one.name.startswith("api")]
    assert record.getMessage() == "The use of key tests could not be noted: DatabaseRefusedError"
