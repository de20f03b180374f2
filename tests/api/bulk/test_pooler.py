"""Bulk requests through a PgBouncer that gives each transaction another connection."""

from uuid import uuid4

import pytest

from tests import pgbouncer
from tests.api.bulk.sending import (
    LENIENT,
    fetch_filenames,
    make_lines,
    make_tasks,
    read_code,
    read_created,
    read_errors,
    send,
)
from tests.api.clients import create_app

MANY = make_lines(*make_tasks(["n"] * 5000))


@pytest.fixture
async def pooled(databases, settings, run_directory):
    with pgbouncer.pool(
        databases, settings, run_directory, mode="transaction", pool_size=2
    ) as through:
        app = create_app(through)
        async with app.test_app():
            yield app


async def test_nothing_is_left_behind_on_a_connection_that_others_get(pooled, cursor):
    task = {"filename": "mine", "id": str(uuid4())}
    for number in range(3):
        assert read_created(await send(pooled, MANY)) == 5000
        bad = await send(pooled, MANY + b"\nx")
        assert (read_code(bad, 422), read_errors(bad)) == ("invalid_field", [(5001, "body")])
        lenient = await send(pooled, make_lines(task, b"x"), prefer=LENIENT)
        assert lenient.json()["created"] == (0 if number else 1)
        assert read_code(await send(pooled, make_lines(task)), 409) == "task_exists"
        repeated = [await send(pooled, MANY, Idempotency_Key=str(number)) for _ in range(2)]
        assert repeated[0].content == repeated[1].content
    assert len(fetch_filenames(cursor)) == 3 * 10_000 + 1
    cursor.execute("SELECT DISTINCT actor FROM task_changes")
    assert cursor.fetchall() == [("key:tests",)]
