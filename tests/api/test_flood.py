"""Far more requests than can be done: most are refused at once, the others lose nothing."""

import asyncio
from contextlib import asynccontextmanager

import httpx
import pytest

from tests.api.clients import create_app
from tests.api.direct import open_client
from tests.api.problems import SOMEBODY, TASKS
from tests.api.waiting import wait_until_blocked
from tests.databases import psql
from tests.keys import make_headers
from tests.servers import serve_api

NEW = {"filename": "a.jpg"}
OVERLOADED = (503, "overloaded")


def lock_tasks(cursor):
    cursor.execute("BEGIN")
    cursor.execute("LOCK TABLE tasks IN SHARE MODE")


def read(answer):
    if answer.status_code == 503:
        assert int(answer.headers["Retry-After"]) >= 1
    return answer.status_code, answer.json()["code"]


async def take_refusals(tasks, number):
    """Wait until so many have an answer; returns these, and the tasks that wait on."""
    answers: list[httpx.Response] = []
    waiting = set(tasks)
    while len(answers) < number:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        answers += [task.result() for task in done]
    return answers, waiting


async def test_a_flood_over_real_connections_loses_and_doubles_nothing(databases, settings, cursor):
    room, flood = 20, 300
    chosen = databases.settings_of(settings.POSTGRES_DB, MAX_WAITING_POSTS=room)
    limits = httpx.Limits(max_connections=2 * flood)
    with serve_api(chosen) as url:
        async with httpx.AsyncClient(
            base_url=url, headers=make_headers(), limits=limits, timeout=30
        ) as client:
            lock_tasks(cursor)
            first = asyncio.create_task(client.post(TASKS, json=NEW))
            await wait_until_blocked(cursor)
            posts = [asyncio.create_task(client.post(TASKS, json=NEW)) for _ in range(flood)]
            refused, waiting = await take_refusals(posts, flood - room)
            assert {read(answer) for answer in refused} == {OVERLOADED}
            assert (await client.get("/livez")).status_code == 200
            assert (await client.get("/readyz")).status_code == 200
            cursor.execute("COMMIT")
            accepted = await asyncio.gather(first, *waiting)
            assert [answer.status_code for answer in accepted] == [201] * (room + 1)
            accepted.append(await client.post(TASKS, json=NEW))
    cursor.execute("SELECT id::text FROM tasks")
    stored = sorted(row[0] for row in cursor.fetchall())
    assert stored == sorted(answer.json()["id"] for answer in accepted)


@asynccontextmanager
async def open_flooded(databases, settings, cursor):
    """A client of an app that has no room for another new task, nor a connection to be had."""
    chosen = databases.settings_of(settings.POSTGRES_DB, MAX_WAITING_POSTS=1, DATABASE_POOL_SIZE=1)
    app = create_app(chosen)
    async with app.test_app(), open_client(app) as client:
        assert (await client.post(TASKS, json=NEW)).status_code == 201
        lock_tasks(cursor)
        first = asyncio.create_task(client.post(TASKS, json=NEW))
        await wait_until_blocked(cursor)
        others = [asyncio.create_task(client.post(TASKS, json=NEW)) for _ in range(2)]
        [refused], [second] = await take_refusals(others, 1)
        assert read(refused) == OVERLOADED
        try:
            yield client
        finally:
            cursor.execute("COMMIT")
        accepted = await asyncio.gather(first, second)
        assert [answer.status_code for answer in accepted] == [201] * 2


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Idempotency-Key": "once"},
        {"Content-Type": "application/json;charset=UTF-8"},
        {"Content-Encoding": "gzip"},
        {"Authorization": "Bearer vt_unknown"},
        {"Authorization": "Basic abc"},
    ],
    ids=str,
)
async def test_however_a_post_is_written_its_refusal_asks_no_database(
    databases, settings, cursor, headers
):
    async with open_flooded(databases, settings, cursor) as client:
        assert read(await client.post(TASKS, json=NEW, headers=headers)) == OVERLOADED


async def test_other_requests_beyond_their_limit_are_refused_at_once(databases, settings, cursor):
    app = create_app(databases.settings_of(settings.POSTGRES_DB, MAX_WAITING_REQUESTS=2))
    async with app.test_app(), open_client(app) as client:
        await client.put(SOMEBODY, json=NEW)
        cursor.execute("BEGIN")
        cursor.execute("SELECT 1 FROM tasks FOR UPDATE")
        changes = [
            asyncio.create_task(client.patch(SOMEBODY, json=NEW, headers={"If-Match": "*"}))
            for _ in range(9)
        ]
        refused, waiting = await take_refusals(changes, 7)
        assert {read(answer) for answer in refused} == {OVERLOADED}
        assert refused[0].headers["Connection"] == "close"
        look = await client.get(TASKS)
        assert read(look) == OVERLOADED
        assert "Connection" not in look.headers
        assert (await client.get("/livez")).status_code == 200
        assert (await client.get("/readyz")).status_code == 200
        assert (await client.post(TASKS, json=NEW)).status_code == 201
        cursor.execute("COMMIT")
        assert {answer.status_code for answer in await asyncio.gather(*waiting)} == {200}
        assert (await client.get(TASKS)).status_code == 200


async def test_a_new_task_that_takes_too_long_is_not_tried_again(databases, settings, cursor):
    app = create_app(databases.settings_of(settings.POSTGRES_DB, DATABASE_STATEMENT_SECONDS=0.4))
    async with app.test_app(), open_client(app) as client:
        lock_tasks(cursor)
        post = asyncio.create_task(client.post(TASKS, json=NEW))
        await wait_until_blocked(cursor)
        with psql(settings) as other:
            is_blocked = True
            while is_blocked:
                other.execute("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted")
                [is_blocked] = other.fetchone()
                await asyncio.sleep(0.001)
        cursor.execute("COMMIT")
        assert read(await post) == (504, "database_timeout")
        cursor.execute("SELECT count(*) FROM tasks")
        assert cursor.fetchone() == (0,)
        assert (await client.post(TASKS, json=NEW)).status_code == 201
