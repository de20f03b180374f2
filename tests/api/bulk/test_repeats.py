"""Idempotency-Key: a bulk request that is repeated is done once and answered as it was."""

import asyncio
import json
from uuid import uuid4

import pytest

from tests.api.bulk.sending import (
    BULK,
    JSON,
    LENIENT,
    NDJSON,
    fetch_filenames,
    in_parts,
    make_lines,
    make_tasks,
    read_code,
    read_created,
    send,
    wait_for_copy,
)
from tests.api.clients import create_app
from tests.api.direct import open_client
from tests.factories import add_task
from tests.keys import add_key
from vision_tasks.repeat_queries import FORGOTTEN

BODY = make_lines(*make_tasks(["a", "b", "c"]))
KEY = "upload-17"


async def repeat(app, body=BODY, key=KEY, **more):
    return await send(app, body, Idempotency_Key=key, **more)


@pytest.mark.parametrize("prefer", [None, LENIENT, f"return=representation, {LENIENT}"])
async def test_a_repeat_is_answered_as_the_first_was(app, cursor, prefer):
    taken = {"filename": "taken", "id": str(add_task(cursor, "old"))}
    body = make_lines({"filename": "a"}, *([taken, b"x"] if prefer else []), {"filename": "b"})
    first = await repeat(app, body, prefer=prefer)
    second = await repeat(app, body, prefer=prefer)
    assert first.status_code == 201
    assert (second.status_code, second.content) == (201, first.content)
    for name in ("Content-Type", "Preference-Applied"):
        assert second.headers.get(name) == first.headers.get(name)
    assert fetch_filenames(cursor) == ["a", "b", "old"]


async def test_a_repeat_may_come_in_other_parts_and_through_another_process(app, settings, cursor):
    first = await repeat(app)
    other = create_app(settings)
    async with other.test_app():
        second = await repeat(other, in_parts([BODY[:7], BODY[7:]]))
    assert second.content == first.content
    assert fetch_filenames(cursor) == ["a", "b", "c"]


async def test_another_body_under_the_same_key_is_refused(app, cursor):
    assert read_created(await repeat(app)) == 3
    for other in (BODY + b"\n", BODY[:-19], make_lines(*make_tasks(["n"] * 5000))):
        assert read_code(await repeat(app, other), 422) == "idempotency_key_reused"
    assert fetch_filenames(cursor) == ["a", "b", "c"]


async def test_the_same_key_of_another_caller_is_another_request(app, cursor):
    add_key(cursor, "other", key="vt_o", scopes=["tasks:write"])
    assert read_created(await repeat(app)) == 3
    async with open_client(app, key="vt_o") as client:
        headers = {"Content-Type": NDJSON, "Idempotency-Key": KEY}
        assert read_created(await client.post(BULK, content=BODY, headers=headers)) == 3
    assert len(fetch_filenames(cursor)) == 6


async def test_twenty_at_once_make_one_set(settings, cursor):
    app = create_app(settings.model_copy(update={"BULK_AT_ONCE": 20}))
    body = make_lines(*make_tasks(["n"] * 1000))
    async with app.test_app():
        answers = await asyncio.gather(*(repeat(app, body) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len(fetch_filenames(cursor)) == 1000


async def test_twenty_at_once_of_which_most_are_refused_make_one_set_too(app, cursor):
    answers = await asyncio.gather(*(repeat(app) for _ in range(20)))
    assert {answer.status_code for answer in answers} <= {201, 503}
    assert read_created(await repeat(app)) == 3
    assert fetch_filenames(cursor) == ["a", "b", "c"]


async def test_a_request_that_failed_may_be_put_right_under_its_key(app, cursor):
    assert read_code(await repeat(app, BODY + b"\nx"), 422) == "invalid_field"
    assert read_created(await repeat(app)) == 3
    assert fetch_filenames(cursor) == ["a", "b", "c"]


async def test_a_repeat_with_ids_does_not_find_its_own_tasks_in_the_way(app):
    body = make_lines(*({"filename": "a", "id": str(uuid4())} for _ in range(3)))
    first = await repeat(app, body)
    assert read_created(first) == 3
    assert (await repeat(app, body)).content == first.content


async def test_while_the_first_takes_long_a_repeat_is_told_to_come_again(
    databases, settings, cursor
):
    app = create_app(databases.settings_of(settings.POSTGRES_DB, DATABASE_STATEMENT_SECONDS=0.5))
    body, is_over = make_lines(*make_tasks(["n"] * 5000)), asyncio.Event()

    async def come_slowly():
        yield body[:-7]
        await is_over.wait()
        yield body[-7:]

    async with app.test_app():
        first = asyncio.create_task(repeat(app, come_slowly()))
        await wait_for_copy(cursor)
        response = await repeat(app, body)
        assert read_code(response, 503) == "overloaded"
        assert "Idempotency-Key is at work still" in response.json()["detail"]
        assert int(response.headers["Retry-After"]) >= 1
        is_over.set()
        assert read_created(await first) == 5000
        assert (await repeat(app, body)).content == first.result().content


async def test_after_a_day_it_is_forgotten(app, cursor):
    assert read_created(await repeat(app)) == 3
    cursor.execute("UPDATE bulk_requests SET created_at = created_at - interval '24 hours'")
    assert read_created(await repeat(app, make_lines({"filename": "z"}))) == 1
    assert read_created(await repeat(app, make_lines({"filename": "z"}))) == 1
    assert fetch_filenames(cursor) == ["a", "b", "c", "z"]


async def test_what_is_past_is_removed_bit_by_bit(app, cursor):
    cursor.execute(
        "INSERT INTO bulk_requests (id, body_hash, preferences, answer, created_at)"
        " SELECT gen_random_uuid(), '', '', '', now() - interval '2 days'"
        "   FROM generate_series(1, %s)",
        (FORGOTTEN + 5,),
    )
    for left in (5 + 1, 2):
        assert (await repeat(app, key=str(uuid4()))).status_code == 201
        cursor.execute("SELECT count(*) FROM bulk_requests")
        assert cursor.fetchone() == (left,)


async def test_without_a_key_nothing_is_remembered(app, cursor):
    for _ in range(2):
        assert read_created(await send(app, BODY)) == 3
    cursor.execute("SELECT count(*) FROM bulk_requests")
    assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "a\tb"])
async def test_what_can_be_no_key_is_refused(app, key):
    response = await repeat(app, key=key)
    assert read_code(response, 422) == "invalid_field"
    assert response.json()["errors"][0]["field"] == "Idempotency-Key"


async def test_an_array_is_repeated_alike(app):
    body = json.dumps(make_tasks(["a"])).encode()
    first = await repeat(app, body, media_type=JSON)
    assert (await repeat(app, body, media_type=JSON)).content == first.content
