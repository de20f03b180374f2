import asyncio

import pytest

from tests.api.clients import create_app
from tests.api.problems import JSON, TASKS
from tests.api.waiting import wait_until_blocked, wait_until_given_back
from tests.databases import psql
from tests.factories import add_task

POOL_SIZE = 2
BACKENDS = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name LIKE 'vision-tasks-api%'"
)


@pytest.fixture
async def app(databases, settings):
    app = create_app(databases.settings_of(settings.POSTGRES_DB, DATABASE_POOL_SIZE=POOL_SIZE))
    async with app.test_app():
        yield app


async def give_up(client, method, path, body, turns):
    """Send a request and go away after so many turns of the event loop."""
    connection = client.request(path, method=method, headers={**JSON, "If-Match": "*"})
    async with connection as request:
        await request.send(body)
        await request.send_complete()
        for _ in range(turns):
            await asyncio.sleep(0)
        await request.disconnect()


async def check_whole(app, cursor):
    """The pool has all its connections, each of them works, and there are no others."""
    responses = await asyncio.gather(*(app.test_client().get(TASKS) for _ in range(10)))
    assert {response.status_code for response in responses} == {200}
    await wait_until_given_back(app)
    cursor.execute(BACKENDS)
    assert cursor.fetchone()[0] <= POOL_SIZE


async def test_clients_that_go_away_at_any_moment_leave_the_pool_whole(app, client, cursor):
    body = b'{"filename": "away.jpg"}'
    # A request takes some 200 turns, from the first look at it to the answer.
    for turns in range(0, 240, 4):
        await asyncio.gather(
            *(give_up(client, "POST", TASKS, body, turns + more) for more in (0, 1, 2))
        )
    await check_whole(app, cursor)


async def test_what_a_client_began_before_it_went_away_is_done_whole(app, client, cursor):
    task_id = add_task(cursor, "before.jpg")
    cursor.execute("BEGIN")
    cursor.execute("SELECT 1 FROM tasks FOR UPDATE")
    path, body = f"{TASKS}/{task_id}", b'{"filename": "after.jpg"}'
    connection = client.request(path, method="PATCH", headers={**JSON, "If-Match": "*"})
    async with connection as request:
        await request.send(body)
        await request.send_complete()
        await wait_until_blocked(cursor)
        await request.disconnect()
        await asyncio.sleep(0)
        cursor.execute("COMMIT")
    task = await (await client.get(path)).get_json()
    assert task["filename"] == "after.jpg"
    await check_whole(app, cursor)


async def test_what_takes_long_is_cut_off_when_its_client_is_gone(app, client, cursor):
    task_id = add_task(cursor, "before.jpg")
    cursor.execute("BEGIN")
    cursor.execute("SELECT 1 FROM tasks FOR UPDATE")
    await give_up(client, "PATCH", f"{TASKS}/{task_id}", b'{"filename": "after.jpg"}', 500)
    assert app.extensions["vision_tasks.engine"].pool.checkedout() == 0
    cursor.execute("ROLLBACK")
    response = await client.get(TASKS)
    assert response.status_code == 200


async def test_a_changed_schema_is_noticed_without_a_failed_request(own_settings):
    app = create_app(own_settings)
    async with app.test_app():
        client = app.test_client()
        created = await client.post(TASKS, json={"filename": "before.jpg"})
        place = created.headers["Location"]
        assert (await client.get(place)).status_code == 200
        with psql(own_settings) as cursor:
            cursor.execute("ALTER TABLE tasks ALTER COLUMN filename TYPE text")
        assert (await client.get(place)).status_code == 200
        assert (await client.post(TASKS, json={"filename": "after.jpg"})).status_code == 201
