"""What is refused before, or in the middle of, the body of a bulk request."""

import asyncio

import pytest

from tests.api.bulk.sending import (
    BULK,
    JSON,
    NDJSON,
    fetch_filenames,
    make_lines,
    make_tasks,
    read_code,
    read_created,
    send,
    wait_for_copy,
)
from tests.api.clients import create_app
from tests.api.direct import open_client
from tests.api.waiting import wait_until_given_back
from tests.keys import add_key

LINE = b'{"filename": "a.jpg"}\n'
MANY = make_lines(*make_tasks(["n"] * 5000)) + b"\n"


async def never_read():
    yield pytest.fail("the body was read")


async def post(app, key, body):
    async with open_client(app, key=key) as client:
        return await client.post(BULK, content=body, headers={"Content-Type": NDJSON})


async def test_a_stranger_is_refused_before_a_byte_is_read(app):
    response = await post(app, "vt_nobody", never_read())
    assert read_code(response, 401) == "unauthenticated"
    assert response.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert response.headers["Connection"] == "close"
    async with open_client(app) as client:
        del client.headers["Authorization"]
        response = await client.post(BULK, content=never_read())
    assert read_code(response, 401) == "unauthenticated"
    assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_a_key_without_the_scope_is_refused_before_a_byte_is_read(app, cursor):
    add_key(cursor, "reader", key="vt_r", scopes=["tasks:read", "tasks:delete"])
    response = await post(app, "vt_r", never_read())
    assert read_code(response, 403) == "insufficient_scope"


async def test_the_use_of_a_key_is_noted(app, cursor):
    add_key(cursor, "writer", key="vt_w", scopes=["tasks:write"])
    cursor.execute("UPDATE api_keys SET last_used_at = NULL WHERE name = 'writer'")
    assert read_created(await post(app, "vt_w", LINE)) == 1
    await asyncio.gather(*app.background_tasks)
    cursor.execute("SELECT last_used_at IS NOT NULL FROM api_keys WHERE name = 'writer'")
    assert cursor.fetchone() == (True,)
    cursor.execute("SELECT actor FROM task_changes")
    assert cursor.fetchall() == [("key:writer",)]


@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "", "application/json-seq", f"{NDJSON}; charset=latin-1", "application/jsonx"],
)
async def test_another_type_is_refused_before_a_byte_is_read(app, media_type):
    response = await send(app, never_read(), media_type=media_type)
    assert read_code(response, 415) == "unsupported_media_type"
    for known in (JSON, NDJSON):
        assert known in response.json()["detail"]


@pytest.mark.parametrize("media_type", ["APPLICATION/X-NDJSON", f"{NDJSON} ; charset=UTF-8"])
async def test_a_type_may_be_written_in_any_way(app, media_type):
    assert read_created(await send(app, LINE, media_type=media_type)) == 1


async def test_a_body_beyond_the_limit_leaves_nothing(settings, cursor):
    app = create_app(settings.model_copy(update={"BULK_MAX_BYTES": 100_000}))

    async def endless():
        for _ in range(1000):
            yield LINE * 100

    async with app.test_app():
        response = await send(app, endless())
        assert read_code(response, 413) == "body_too_large"
        assert "100,000" in response.json()["detail"]
        await wait_until_given_back(app)
        declared = await send(app, never_read(), Content_Length="100001")
        assert read_code(declared, 413) == "body_too_large"
        assert fetch_filenames(cursor) == []
        assert read_created(await send(app, LINE * (100_000 // len(LINE)))) > 4000


async def test_a_line_beyond_the_limit_is_named(settings):
    app = create_app(settings.model_copy(update={"MAX_LINE_BYTES": 1024}))
    async with app.test_app():
        response = await send(app, LINE + LINE[:-2] + b" " * 1024 + b"}\n")
        assert read_code(response, 422) == "invalid_field"
        [error] = response.json()["errors"]
        assert (error["line"], error["field"]) == (2, "body")
        assert "1,024 bytes" in error["reason"]
        assert read_created(await send(app, LINE * 100)) == 100


@pytest.mark.parametrize("begins_with", [b"", LINE, MANY], ids=["nothing", "a line", "much"])
async def test_a_sender_that_falls_silent_is_given_up(settings, cursor, begins_with):
    app = create_app(settings.model_copy(update={"BULK_IDLE_SECONDS": 0.3}))
    never = asyncio.Event()

    async def silent():
        yield begins_with
        await never.wait()
        yield LINE

    async with app.test_app():
        response = await send(app, silent())
        assert read_code(response, 408) == "request_timeout"
        await wait_until_given_back(app)
        assert read_created(await send(app, LINE)) == 1
    assert fetch_filenames(cursor) == ["a.jpg"]


async def test_a_sender_that_trickles_is_given_up(settings, cursor):
    app = create_app(settings.model_copy(update={"BULK_IDLE_SECONDS": 0.5}))

    async def trickle():
        yield MANY
        while True:
            await asyncio.sleep(0.01)
            yield b"\n"

    async with app.test_app():
        response = await send(app, trickle())
    assert read_code(response, 408) == "request_timeout"
    assert fetch_filenames(cursor) == []


async def test_beyond_so_many_at_once_the_next_is_refused_at_once(settings, cursor):
    app = create_app(settings.model_copy(update={"BULK_AT_ONCE": 1}))
    may_end = asyncio.Event()

    async def slow():
        yield MANY
        await may_end.wait()
        yield LINE

    async with app.test_app():
        first = asyncio.create_task(send(app, slow()))
        await wait_for_copy(cursor)
        cursor.execute("SELECT count(*) FROM tasks")
        response = await send(app, never_read())
        assert read_code(response, 503) == "overloaded"
        assert response.headers["Retry-After"]
        may_end.set()
        assert read_created(await first) == 5001
        assert read_created(await send(app, LINE)) == 1


async def test_small_bodies_hold_no_connection_while_they_are_on_their_way(app):
    may_end = asyncio.Event()
    pool = app.extensions["vision_tasks.engine"].pool
    held = []

    async def slow():
        yield LINE
        for _ in range(50):
            await asyncio.sleep(0.001)
        held.append(pool.checkedout())
        may_end.set()
        yield LINE

    assert read_created(await send(app, slow())) == 2
    assert held == [0]
