import asyncio
import time

import pytest

from tests.api.clients import create_app
from tests.api.direct import open_client
from tests.api.problems import TASKS, read_problem
from tests.api.proxy import open_proxy, settings_through
from tests.api.waiting import TRIES, wait_until_connected
from tests.factories import add_task

HURRY = {
    "DATABASE_CONNECT_SECONDS": 0.4,
    "DATABASE_STATEMENT_SECONDS": 0.4,
    "DATABASE_POOL_WAIT_SECONDS": 0.4,
}


@pytest.fixture
async def proxy(settings):
    async with open_proxy(settings) as proxy:
        yield proxy


@pytest.fixture
async def client(databases, settings, proxy):
    """A client of an API that reaches PostgreSQL through `proxy` only."""
    app = create_app(settings_through(proxy, databases, settings, **HURRY))
    async with app.test_app():
        yield app.test_client()


async def check_down(client):
    post = await client.post(TASKS, json={"filename": "a.jpg"})
    await read_problem(post, 503, "database_unavailable")
    assert int(post.headers["Retry-After"]) >= 1
    ready = await client.get("/readyz")
    await read_problem(ready, 503, "database_unavailable")
    assert int(ready.headers["Retry-After"]) >= 1
    assert (await client.get("/livez")).status_code == 200


async def check_up(client):
    assert (await client.get("/readyz")).status_code == 200
    assert (await client.post(TASKS, json={"filename": "a.jpg"})).status_code == 201


async def test_an_api_that_starts_before_its_database_waits_for_it(client, proxy):
    await proxy.close()
    await check_down(client)
    await proxy.open()
    await check_up(client)


async def test_an_api_recovers_by_itself_when_its_database_comes_back(client, proxy):
    await asyncio.gather(*(check_up(client) for _ in range(5)))
    for _ in range(2):
        await proxy.close()
        await check_down(client)
        await proxy.open()
        await check_up(client)


async def test_nobody_is_let_in_or_blamed_while_no_key_can_be_looked_up(client, proxy):
    await proxy.close()
    bad = await client.post(TASKS, json={"filename": ""})
    await read_problem(bad, 503, "database_unavailable")
    stranger = await client.get(TASKS, headers={"Authorization": "Bearer vt_unknown"})
    await read_problem(stranger, 503, "database_unavailable")


async def test_a_database_that_accepts_and_says_nothing_is_given_up_in_time(client, proxy):
    proxy.hanging = True
    started = time.monotonic()
    await check_down(client)
    assert time.monotonic() - started < 3


async def test_a_database_that_falls_silent_is_given_up_in_time(client, proxy):
    await check_up(client)
    proxy.hanging = True
    started = time.monotonic()
    response = await client.post(TASKS, json={"filename": "a.jpg"})
    assert response.status_code in (503, 504)
    assert time.monotonic() - started < 5
    await proxy.close()
    proxy.hanging = False
    await proxy.open()
    await check_up(client)


async def test_a_pooled_connection_that_fell_silent_is_given_up_like_a_new_one(
    databases, settings, proxy
):
    chosen = {**HURRY, "DATABASE_STATEMENT_SECONDS": 30}
    app = create_app(settings_through(proxy, databases, settings, **chosen))
    async with app.test_app():
        client = app.test_client()
        await asyncio.gather(*(check_up(client) for _ in range(5)))
        proxy.hanging = True
        started = time.monotonic()
        answers = await asyncio.gather(
            *(client.post(TASKS, json={"filename": "a.jpg"}) for _ in range(12))
        )
        assert time.monotonic() - started < 5
        for answer in answers:
            await read_problem(answer, 503, "database_unavailable")
        assert app.extensions["vision_tasks.engine"].pool.checkedout() == 0
        await proxy.close()
        proxy.hanging = False
        await proxy.open()
        await check_up(client)


async def test_a_database_that_falls_silent_makes_the_api_unready(client, proxy):
    await check_up(client)
    proxy.hanging = True
    await read_problem(await client.get("/readyz"), 503, "database_unavailable")


async def test_readiness_is_told_long_before_a_patient_connection_gives_up(
    databases, settings, proxy
):
    app = create_app(settings_through(proxy, databases, settings, DATABASE_CONNECT_SECONDS=60))
    proxy.hanging = True
    started = time.monotonic()
    async with app.test_app():
        response = await app.test_client().get("/readyz")
    await read_problem(response, 503, "database_unavailable")
    assert time.monotonic() - started < 10


async def test_a_statement_that_takes_too_long_is_given_up(client, cursor):
    task_id = add_task(cursor)
    cursor.execute("BEGIN")
    cursor.execute("SELECT 1 FROM tasks FOR UPDATE")
    response = await client.patch(
        f"{TASKS}/{task_id}", json={"filename": "b.jpg"}, headers={"If-Match": "*"}
    )
    await read_problem(response, 504, "database_timeout")
    cursor.execute("ROLLBACK")
    await check_up(client)


async def test_a_pool_with_nothing_left_says_so_in_time(databases, settings, cursor):
    app = create_app(
        databases.settings_of(
            settings.POSTGRES_DB, DATABASE_POOL_SIZE=1, DATABASE_POOL_WAIT_SECONDS=0.2
        )
    )
    task_id = add_task(cursor)
    cursor.execute("BEGIN")
    cursor.execute("SELECT 1 FROM tasks FOR UPDATE")
    async with app.test_app():
        client = app.test_client()
        waiting = asyncio.ensure_future(
            client.patch(
                f"{TASKS}/{task_id}", json={"filename": "b.jpg"}, headers={"If-Match": "*"}
            )
        )
        await wait_until_connected(app)
        await read_problem(await client.get(TASKS), 503, "database_unavailable")
        cursor.execute("ROLLBACK")
        assert (await waiting).status_code == 200
        await check_up(client)


async def test_a_task_that_was_deleted_before_its_answer_was_known_stays_deleted(
    databases, settings, proxy, cursor
):
    app = create_app(settings_through(proxy, databases, settings))
    async with app.test_app(), open_client(app) as sender:
        assert (await sender.post(TASKS, json={"filename": "first.jpg"})).status_code == 201
        proxy.is_deaf = True
        post = asyncio.create_task(sender.post(TASKS, json={"filename": "a.jpg"}))
        await wait_until_stored(cursor, "a.jpg")
        cursor.execute("DELETE FROM tasks WHERE filename = 'a.jpg'")
        proxy.is_deaf = False
        proxy.cut()
        assert (await post).status_code == 201
    cursor.execute("SELECT filename FROM tasks")
    assert cursor.fetchall() == [("first.jpg",)]


async def wait_until_stored(cursor, filename):
    for _ in range(TRIES):
        cursor.execute("SELECT count(*) FROM tasks WHERE filename = %s", [filename])
        if cursor.fetchone()[0]:
            return
        await asyncio.sleep(0.001)
    raise TimeoutError
