"""A database that goes away, falls silent or is held up in the middle of a bulk request."""

import asyncio
import os
import signal
from contextlib import asynccontextmanager, contextmanager
from uuid import uuid4

import pytest

from tests.api.bulk.sending import (
    LENIENT,
    fetch_filenames,
    make_lines,
    make_tasks,
    read_code,
    read_created,
    send,
    wait_for_copy,
)
from tests.api.clients import create_app
from tests.api.proxy import open_proxy, settings_through
from tests.api.waiting import wait_until_blocked, wait_until_given_back
from tests.databases import psql

LINES = make_lines(*make_tasks(["n" * 200] * 5000)) + b"\n"
LINE = b'{"filename": "a"}\n'


@asynccontextmanager
async def app_behind_proxy(databases, settings, **overrides):
    async with open_proxy(settings) as proxy:
        app = create_app(settings_through(proxy, databases, settings, **overrides))
        async with app.test_app():
            yield app, proxy


@contextmanager
def standing_still(cursor):
    """Stop the server process that copies, as a full disk or a dead machine would."""
    cursor.execute("SELECT pid FROM pg_stat_progress_copy WHERE datname = current_database()")
    [(pid,)] = cursor.fetchall()
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def test_a_connection_that_is_lost_while_the_client_says_nothing_leaves_nothing(
    databases, settings, cursor
):
    never = asyncio.Event()
    async with app_behind_proxy(databases, settings) as (app, proxy):

        async def body():
            yield LINES
            await wait_for_copy(cursor)
            await proxy.close()
            await never.wait()
            yield LINES

        assert read_code(await send(app, body()), 503) == "database_unavailable"
        await wait_until_given_back(app)
        await proxy.open()
        assert read_created(await send(app, LINE)) == 1
    assert fetch_filenames(cursor) == ["a"]


async def test_a_connection_that_is_lost_while_more_waits_to_be_sent_leaves_nothing(
    databases, settings, cursor
):
    sent = 0

    async def body():
        nonlocal sent
        while True:
            yield LINES
            sent += 1

    async with app_behind_proxy(databases, settings) as (app, proxy):
        sending = asyncio.create_task(send(app, body()))
        await wait_for_copy(cursor)
        with standing_still(cursor):
            before = -1
            while sent > before:
                before = sent
                await asyncio.sleep(0.3)
            await proxy.close()
            assert read_code(await sending, 503) == "database_unavailable"
        await wait_until_given_back(app)
        await proxy.open()
        assert read_created(await send(app, LINE)) == 1
    assert fetch_filenames(cursor) == ["a"]


async def test_a_database_that_stands_still_is_given_up(settings, cursor):
    app = create_app(settings.model_copy(update={"DATABASE_STATEMENT_SECONDS": 1}))

    async def body():
        while True:
            yield LINES

    async with app.test_app():
        sending = asyncio.create_task(send(app, body()))
        await wait_for_copy(cursor)
        with standing_still(cursor):
            assert read_code(await sending, 504) == "database_timeout"
        assert read_created(await send(app, LINE)) == 1
    assert fetch_filenames(cursor) == ["a"]


async def test_a_table_that_is_locked_holds_nobody_up_for_long(settings, cursor):
    app = create_app(settings.model_copy(update={"DATABASE_STATEMENT_SECONDS": 0.5}))
    async with app.test_app():
        cursor.execute("BEGIN; LOCK TABLE tasks IN SHARE MODE")
        response = await send(app, LINES)
        cursor.execute("ROLLBACK")
        assert read_code(response, 504) == "database_timeout"
        assert read_created(await send(app, LINE)) == 1
    assert fetch_filenames(cursor) == ["a"]


@pytest.mark.parametrize("prefer", [None, LENIENT])
async def test_an_id_that_another_is_about_to_take_is_waited_for(app, settings, cursor, prefer):
    task = {"filename": "mine", "id": str(uuid4())}
    with psql(settings) as other:
        other.execute("BEGIN")
        other.execute("INSERT INTO tasks (id, filename) VALUES (%s, 'theirs')", (task["id"],))
        sending = asyncio.create_task(send(app, make_lines(task), prefer=prefer))
        await wait_until_blocked(cursor)
        other.execute("COMMIT")
    response = await sending
    if prefer:
        assert (response.json()["created"], response.json()["rejected"]) == (0, 1)
    else:
        assert read_code(response, 409) == "task_exists"
    assert fetch_filenames(cursor) == ["theirs"]


@pytest.mark.parametrize("prefer", [None, LENIENT])
async def test_an_id_that_another_holds_on_to_holds_nobody_up_for_long(settings, cursor, prefer):
    app = create_app(settings.model_copy(update={"DATABASE_STATEMENT_SECONDS": 0.5}))
    task = {"filename": "mine", "id": str(uuid4())}
    async with app.test_app():
        cursor.execute("BEGIN")
        cursor.execute("INSERT INTO tasks (id, filename) VALUES (%s, 'theirs')", (task["id"],))
        response = await send(app, make_lines(task), prefer=prefer)
        cursor.execute("ROLLBACK")
        assert read_code(response, 504) == "database_timeout"
        assert read_created(await send(app, make_lines(task), prefer=prefer)) == 1
    assert fetch_filenames(cursor) == ["mine"]


async def test_one_that_takes_longer_than_a_statement_may_is_not_cut_off(settings):
    app = create_app(settings.model_copy(update={"DATABASE_STATEMENT_SECONDS": 0.5}))

    async def slow():
        for _ in range(8):
            yield LINES
            await asyncio.sleep(0.15)

    async with app.test_app():
        assert read_created(await send(app, slow())) == 40_000


async def test_a_handler_that_is_cancelled_leaves_nothing_and_the_pool_whole(app, cursor):
    never = asyncio.Event()

    async def body():
        yield LINES
        await never.wait()
        yield LINES

    sending = asyncio.create_task(send(app, body()))
    await wait_for_copy(cursor)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    await wait_until_given_back(app)
    assert fetch_filenames(cursor) == []
    assert read_created(await send(app, LINE)) == 1
