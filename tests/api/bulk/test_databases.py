"""Bulk requests to databases that are set up in a way of their own."""

import asyncio
from uuid import uuid4

from tests.api.bulk.sending import (
    LENIENT,
    fetch_filenames,
    make_lines,
    make_tasks,
    read_created,
    send,
)
from tests.api.clients import create_app
from tests.databases import psql
from tests.keys import add_key
from vision_tasks.upgrade import upgrade_to_head

MANY = make_lines(*make_tasks(["n" * 200] * 5000)) + b"\n"


async def test_both_ways_into_the_table_lead_to_the_schema_that_is_configured(empty_settings):
    settings = empty_settings.model_copy(update={"POSTGRES_SCHEMA": "task_desk"})
    upgrade_to_head(settings)
    app = create_app(settings)
    with psql(settings) as cursor:
        cursor.execute("SET search_path = task_desk")
        add_key(cursor)
        async with app.test_app():
            for task in ({"filename": "a"}, {"filename": "b", "id": str(uuid4())}):
                body, key = make_lines(task), task["filename"]
                for _ in range(2):
                    answer = await send(app, body, prefer=LENIENT, Idempotency_Key=key)
                    assert read_created(answer) == 1
        assert fetch_filenames(cursor) == ["a", "b"]


async def test_a_limit_that_the_database_sets_on_statements_does_not_cut_it_off(own_settings):
    with psql(own_settings) as cursor:
        cursor.execute(f"ALTER DATABASE {own_settings.POSTGRES_DB} SET statement_timeout = '0.5s'")
        add_key(cursor)
    app = create_app(own_settings)

    async def slow():
        for _ in range(8):
            yield MANY
            await asyncio.sleep(0.15)

    async with app.test_app():
        assert read_created(await send(app, slow())) == 40_000
