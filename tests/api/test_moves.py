"""Moves of the status that meet other moves."""

import asyncio

import pytest

from tests.api.clients import create_app
from tests.api.problems import TASKS
from tests.api.waiting import wait_until_connected
from tests.factories import add_task, read_task


@pytest.fixture
async def app(databases, settings):
    # With one connection, who waits for it comes between two transactions of who has it.
    app = create_app(databases.settings_of(settings.POSTGRES_DB, DATABASE_POOL_SIZE=1))
    async with app.test_app():
        yield app


async def test_a_move_from_whatever_it_is_now_is_never_stale(app, client, cursor):
    task_id = add_task(cursor)

    async def move(status):
        return await client.patch(
            f"{TASKS}/{task_id}", json={"status": status}, headers={"If-Match": "*"}
        )

    completing = asyncio.ensure_future(move("COMPLETED"))
    await wait_until_connected(app)
    starting, completed = await asyncio.gather(move("PROCESSING"), completing)
    assert (starting.status_code, completed.status_code) == (200, 200)
    assert read_task(cursor, task_id)["status"] == "COMPLETED"
