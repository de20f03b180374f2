"""A request that is repeated under one Idempotency-Key is done once, and answered alike."""

import asyncio

import pytest

from tests.api.clients import create_app
from tests.api.direct import open_client
from tests.api.problems import TASKS
from tests.api.waiting import wait_until_blocked, wait_until_waiting
from tests.databases import psql
from tests.keys import add_key

KEY = {"Idempotency-Key": "order-4711"}
BODY = {"filename": "a.jpg"}
OTHER_KEY = "vt_" + "AnotherOneXX" * 3 + "0123456"


@pytest.fixture
async def sender(app):
    async with open_client(app) as sender:
        yield sender


def count(cursor):
    cursor.execute("SELECT count(*) FROM tasks")
    return cursor.fetchone()[0]


def read(answer):
    """All that a repeat has to say again."""
    kept = ("content-type", "etag", "location")
    return answer.status_code, [answer.headers.get(name) for name in kept], answer.content


def read_code(answer):
    return answer.status_code, answer.json()["code"]


async def test_a_repeat_gets_the_first_answer(sender, cursor):
    first = await sender.post(TASKS, json=BODY, headers=KEY)
    assert first.status_code == 201
    assert read(await sender.post(TASKS, json=BODY, headers=KEY)) == read(first)
    assert count(cursor) == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE tasks SET status = 'PROCESSING'",
        "UPDATE tasks SET filename = 'corrected.jpg', result = '[1]'",
        "UPDATE tasks SET filename = 'b.jpg'; UPDATE tasks SET filename = 'c.jpg'",
        "DELETE FROM tasks",
        "UPDATE tasks SET filename = 'b.jpg'; DELETE FROM tasks",
    ],
)
async def test_whatever_became_of_the_task_a_repeat_gets_the_first_answer(sender, cursor, change):
    first = await sender.post(TASKS, json=BODY, headers=KEY)
    cursor.execute(change)
    cursor.execute("SELECT * FROM tasks")
    tasks = cursor.fetchall()
    assert read(await sender.post(TASKS, json=BODY, headers=KEY)) == read(first)
    other = await sender.post(TASKS, json={"filename": "other.jpg"}, headers=KEY)
    assert read_code(other) == (422, "idempotency_key_reused")
    cursor.execute("SELECT * FROM tasks")
    assert cursor.fetchall() == tasks


async def test_another_body_is_refused_and_changes_nothing(sender, cursor):
    first = await sender.post(TASKS, json=BODY, headers=KEY)
    answer = await sender.post(TASKS, json={"filename": "b.jpg"}, headers=KEY)
    assert read_code(answer) == (422, "idempotency_key_reused")
    assert first.json()["id"] in answer.json()["detail"]
    assert count(cursor) == 1


async def test_twenty_at_once_make_one_task(sender, cursor):
    answers = await asyncio.gather(*(sender.post(TASKS, json=BODY, headers=KEY) for _ in range(20)))
    assert len({str(read(answer)) for answer in answers}) == 1
    assert answers[0].status_code == 201
    assert count(cursor) == 1


async def test_of_two_bodies_at_once_one_is_stored_and_the_other_refused(sender, cursor):
    answers = await asyncio.gather(
        *(
            sender.post(TASKS, json={"filename": f"{number % 2}.jpg"}, headers=KEY)
            for number in range(20)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201] * 10 + [422] * 10
    assert len({answer.json()["filename"] for answer in answers if answer.is_success}) == 1
    assert count(cursor) == 1


async def test_many_keys_at_once_in_two_processes_make_each_one_task(settings, cursor):
    apps = [create_app(settings) for _ in range(2)]
    async with (
        apps[0].test_app(),
        apps[1].test_app(),
        open_client(apps[0]) as one,
        open_client(apps[1]) as two,
    ):
        for round_ in range(1, 6):
            answers = await asyncio.gather(
                *(
                    sender.post(TASKS, json=BODY, headers={"Idempotency-Key": f"{round_}-{number}"})
                    for number in range(40)
                    for sender in (one, two)
                )
            )
            assert {answer.status_code for answer in answers} == {201}
            assert [str(read(answer)) for answer in answers[::2]] == [
                str(read(answer)) for answer in answers[1::2]
            ]
            assert count(cursor) == 40 * round_


async def test_each_api_key_has_its_own(app, sender, cursor):
    add_key(cursor, "other", key=OTHER_KEY)
    first = await sender.post(TASKS, json=BODY, headers=KEY)
    async with open_client(app, key=OTHER_KEY) as other:
        second = await other.post(TASKS, json=BODY, headers=KEY)
    assert second.status_code == 201
    assert second.json()["id"] != first.json()["id"]
    assert count(cursor) == 2


async def test_a_rotated_key_goes_on_with_its_own(app, sender, cursor):
    first = await sender.post(TASKS, json=BODY, headers=KEY)
    add_key(cursor, "other", key=OTHER_KEY)
    cursor.execute("DELETE FROM api_keys WHERE name = 'other' RETURNING secret_hash")
    secret_hash = cursor.fetchone()[0]
    cursor.execute("UPDATE api_keys SET secret_hash = %s", (secret_hash,))
    async with open_client(app, key=OTHER_KEY) as rotated:
        assert read(await rotated.post(TASKS, json=BODY, headers=KEY)) == read(first)
    assert count(cursor) == 1


def age(cursor, hours):
    cursor.execute("ALTER TABLE tasks DISABLE TRIGGER USER")
    cursor.execute(f"UPDATE tasks SET created_at = created_at - interval '{hours} hours'")
    cursor.execute("ALTER TABLE tasks ENABLE TRIGGER USER")


async def test_a_repeat_within_a_day_is_one_and_a_later_one_is_refused(sender, cursor):
    first = await sender.post(TASKS, json=BODY, headers=KEY)
    age(cursor, 23)
    again = await sender.post(TASKS, json=BODY, headers=KEY)
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    age(cursor, 2)
    late = await sender.post(TASKS, json=BODY, headers=KEY)
    assert read_code(late) == (422, "idempotency_key_reused")
    assert first.json()["id"] in late.json()["detail"]
    assert "24 hours" in late.json()["detail"]
    assert count(cursor) == 1


@pytest.mark.parametrize("text", ["", " ", "a b", "é", "a" * 256, "\x7f"], ids=ascii)
async def test_what_can_be_no_key_is_refused_by_name(sender, cursor, text):
    answer = await sender.post(
        TASKS, json=BODY, headers={"Idempotency-Key": text.encode("latin-1")}
    )
    assert read_code(answer) == (422, "invalid_field")
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    assert count(cursor) == 0


async def test_two_keys_in_one_request_are_refused(sender, cursor):
    headers = [("Idempotency-Key", "one"), ("Idempotency-Key", "two")]
    assert read_code(await sender.post(TASKS, json=BODY, headers=headers)) == (422, "invalid_field")
    assert count(cursor) == 0


async def test_a_key_of_an_api_key_that_may_not_write_adds_nothing(app, cursor):
    add_key(cursor, "reader", key=OTHER_KEY, scopes=["tasks:read"])
    async with open_client(app, key=OTHER_KEY) as reader:
        assert (await reader.post(TASKS, json=BODY, headers=KEY)).status_code == 403
    assert count(cursor) == 0


async def test_what_was_stored_is_told_though_the_first_of_a_repeat_cannot_be_looked_up(
    own_settings,
):
    app = create_app(own_settings)
    async with app.test_app(), open_client(app) as sender:

        def post(key):
            return asyncio.create_task(
                sender.post(TASKS, json=BODY, headers={"Idempotency-Key": key})
            )

        assert (await post("first")).status_code == 201
        with psql(own_settings) as cursor:
            cursor.execute("ALTER TABLE task_changes RENAME COLUMN before TO was")
            cursor.execute("BEGIN")
            cursor.execute("LOCK TABLE tasks IN SHARE MODE")
            held = post("held")
            await wait_until_blocked(cursor)
            together = [post("first"), post("new")]
            await wait_until_waiting(2)
            cursor.execute("COMMIT")
            assert [(await one).status_code for one in (held, *together)] == [201, 503, 201]
            assert count(cursor) == 3
