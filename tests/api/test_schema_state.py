"""An API that knows at its start, and ever since, whether the schema is its own."""

import asyncio
import logging
import time
from contextlib import asynccontextmanager

import pytest

from api.schema_state import START_SECONDS
from tests.api.clients import create_app
from tests.api.problems import TASKS, read_problem
from tests.api.proxy import open_proxy, settings_through
from tests.databases import psql
from tests.schema_states import BEFORE_HEAD, HEAD, NEWER, stamp
from tests.servers import find_free_port
from vision_tasks.upgrade import upgrade_to_head


@pytest.fixture
def cursor(own_settings):
    with psql(own_settings) as cursor:
        yield cursor


@asynccontextmanager
async def serve(settings):
    app = create_app(settings)
    async with app.test_app():
        yield app.test_client()


async def read_mismatch(client):
    problem = await read_problem(await client.get("/readyz"), 503, "schema_mismatch")
    return problem["detail"]


def find_warnings(caplog):
    return [one.getMessage() for one in caplog.records if one.levelno == logging.WARNING]


@pytest.mark.parametrize("revision", [BEFORE_HEAD, NEWER])
async def test_a_schema_of_another_version_is_not_ready_and_says_why(
    own_settings, cursor, revision
):
    stamp(cursor, revision)
    async with serve(own_settings) as client:
        response = await client.get("/readyz")
        assert int(response.headers["Retry-After"]) >= 1
        detail = await read_mismatch(client)
    assert revision in detail
    assert HEAD in detail
    assert "`flask db upgrade`" in detail


@pytest.mark.parametrize("revision", [BEFORE_HEAD, NEWER])
async def test_a_process_lives_and_serves_what_it_can_over_another_schema(
    own_settings, cursor, revision
):
    stamp(cursor, revision)
    async with serve(own_settings) as client:
        assert (await client.get("/livez")).status_code == 200
        assert (await client.post(TASKS, json={"filename": "a.jpg"})).status_code == 201
        assert (await client.get(TASKS)).status_code == 200


async def test_an_api_over_an_empty_database_is_ready_by_itself_after_the_upgrade(empty_settings):
    async with serve(empty_settings) as client:
        assert "no revision yet" in await read_mismatch(client)
        await asyncio.to_thread(upgrade_to_head, empty_settings)
        assert (await client.get("/readyz")).status_code == 200


async def test_a_process_that_has_seen_its_schema_at_its_start_stays_ready_when_it_moves_on(
    own_settings, cursor
):
    async with serve(own_settings) as client:
        stamp(cursor, NEWER)
        assert (await client.get("/readyz")).status_code == 200


async def test_a_process_that_has_seen_its_schema_later_stays_ready_when_it_moves_on(
    own_settings, cursor
):
    stamp(cursor, BEFORE_HEAD)
    async with serve(own_settings) as client:
        await read_mismatch(client)
        stamp(cursor, HEAD)
        assert (await client.get("/readyz")).status_code == 200
        stamp(cursor, NEWER)
        assert (await client.get("/readyz")).status_code == 200


async def test_a_schema_that_is_taken_back_is_not_ready_for_anybody(own_settings, cursor):
    async with serve(own_settings) as client:
        stamp(cursor, BEFORE_HEAD)
        assert BEFORE_HEAD in await read_mismatch(client)


async def test_two_apps_of_one_process_remember_each_for_themselves(own_settings, cursor):
    async with serve(own_settings) as old:
        stamp(cursor, NEWER)
        async with serve(own_settings) as new:
            assert NEWER in await read_mismatch(new)
            assert (await old.get("/readyz")).status_code == 200


async def test_another_schema_is_one_warning_at_the_start(own_settings, cursor, caplog):
    stamp(cursor, BEFORE_HEAD)
    async with serve(own_settings):
        (warning,) = find_warnings(caplog)
    assert BEFORE_HEAD in warning
    assert HEAD in warning
    assert "`flask db upgrade`" in warning


async def test_the_right_schema_is_no_word_at_the_start(own_settings, caplog):
    async with serve(own_settings):
        assert find_warnings(caplog) == []


async def test_a_database_that_is_away_stops_no_start(databases, caplog):
    away = databases.settings_of("x", POSTGRES_SERVER="127.0.0.1", POSTGRES_PORT=find_free_port())
    async with serve(away) as client:
        assert (await client.get("/livez")).status_code == 200
        await read_problem(await client.get("/readyz"), 503, "database_unavailable")
    assert "cannot be looked at yet" in caplog.text


async def test_a_database_that_hangs_does_not_hold_up_a_start_for_long(databases, own_settings):
    async with open_proxy(own_settings) as proxy:
        proxy.hanging = True
        started = time.monotonic()
        patient = settings_through(proxy, databases, own_settings, DATABASE_CONNECT_SECONDS=30)
        async with serve(patient) as client:
            assert time.monotonic() - started < 5 * START_SECONDS
            assert (await client.get("/livez")).status_code == 200


async def test_a_probe_that_may_not_read_the_revision_is_not_ready(databases, own_settings):
    databases.run_as_superuser(
        "ALTER TABLE alembic_version OWNER TO CURRENT_USER;"
        f" REVOKE ALL ON alembic_version FROM {own_settings.POSTGRES_USER}",
        own_settings.POSTGRES_DB,
    )
    async with serve(own_settings) as client:
        await read_problem(await client.get("/readyz"), 503, "database_refused")
