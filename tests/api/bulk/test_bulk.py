"""Many tasks in one request: all of them, or none."""

import json
from uuid import UUID, uuid4

import pytest

from tests.api.bulk.sending import (
    BULK,
    JSON,
    fetch_filenames,
    make_lines,
    make_tasks,
    read_code,
    read_created,
    read_errors,
    send,
)
from tests.factories import add_task, read_task

NAMES = [
    "a.jpg",
    "b\\t.jpg",
    "\\.",
    "\\N",
    'say "cheese".jpg',
    "ñandú 🦜.jpg",
    "\u00a0nbsp",
    "x" * 255,
]


@pytest.mark.parametrize("media_type", ["application/x-ndjson", JSON])
async def test_all_tasks_are_stored_as_they_were_named(app, cursor, media_type):
    tasks = make_tasks(NAMES)
    body = make_lines(*tasks) if media_type != JSON else json.dumps(tasks).encode()
    assert read_created(await send(app, body, media_type=media_type)) == len(NAMES)
    assert sorted(fetch_filenames(cursor)) == sorted(NAMES)


async def test_a_new_task_is_pending_at_version_1_under_a_random_id(app, cursor):
    assert read_created(await send(app, b'{"filename": "a.jpg"}\n')) == 1
    cursor.execute("SELECT id FROM tasks")
    task_id = UUID(cursor.fetchone()[0])
    assert task_id.version == 4
    task = read_task(cursor, task_id)
    assert (task["status"], task["result"], task["version"]) == ("PENDING", None, 1)
    assert task["created_at"] == task["updated_at"]


async def test_ids_may_be_given_for_some_lines(app, cursor):
    given = [str(uuid4()) for _ in range(2)]
    body = make_lines(
        {"filename": "a", "id": given[0]},
        {"filename": "b"},
        {"id": given[1].upper(), "filename": "c"},
    )
    assert read_created(await send(app, body)) == 3
    cursor.execute("SELECT id FROM tasks WHERE filename <> 'b' ORDER BY filename")
    assert [task_id for (task_id,) in cursor.fetchall()] == given


async def test_the_history_holds_one_entry_by_the_key(app, cursor):
    assert read_created(await send(app, make_lines(*make_tasks(["n"] * 3000)))) == 3000
    cursor.execute("SELECT actor, action, tasks FROM task_changes")
    assert cursor.fetchall() == [("key:tests", "create", 3000)]


@pytest.mark.parametrize("body", [b"", b"\n\n \r\n", b"[]", b" [ ] \n"])
async def test_nothing_sent_is_nothing_stored(app, cursor, body):
    media_type = JSON if b"[" in body else "application/x-ndjson"
    assert read_created(await send(app, body, media_type=media_type)) == 0
    assert fetch_filenames(cursor) == []


async def test_blank_lines_count_and_are_no_tasks(app):
    body = b'\n{"filename": "a"}\r\n\t\n{"filename": "b"}\n\n{"filename": ""}'
    assert read_errors(await send(app, body)) == [(6, "filename")]
    assert read_created(await send(app, body[:-16])) == 2


GOOD = {"filename": "good.jpg"}
BAD = [
    ({"filename": ""}, "filename"),
    ({"filename": "   "}, "filename"),
    ({"filename": "x" * 256}, "filename"),
    ({"filename": "a\u202eb"}, "filename"),
    ({"filename": "a\nb"}, "filename"),
    ({"filename": None}, "filename"),
    ({}, "filename"),
    ({"filename": "a", "status": "COMPLETED"}, "status"),
    ({"filename": "a", "id": None}, "id"),
    ({"filename": "a", "id": "6f1c2b9e-8d3a-1c55-9b0e-2f7a1d4c8e90"}, "id"),
    ({"filename": "a", "id": "6f1c2b9e8d3a4c559b0e2f7a1d4c8e90"}, "id"),
    (b'{"filename": "a", "filename": "b"}', "body"),
    (b'{"filename": "\\ud800"}', "body"),
    (b'{"filename": "\\u0000"}', "filename"),
    (b'{"filename": "\xff"}', "body"),
    (b'{"filename": "a"', "body"),
    (b'{"filename": "a"} x', "body"),
    (b'\xef\xbb\xbf{"filename": "a"}', "body"),
    (b"null", "body"),
    (b"[" * 5000, "body"),
    (b'{"filename": NaN}', "body"),
]


@pytest.mark.parametrize(("bad", "field"), BAD, ids=lambda value: ascii(value)[:40])
async def test_a_bad_line_is_named_and_nothing_is_stored(app, cursor, bad, field):
    response = await send(app, make_lines(GOOD, GOOD, bad, GOOD))
    assert read_code(response, 422) == "invalid_field"
    assert read_errors(response) == [(3, field)]
    assert fetch_filenames(cursor) == []


@pytest.mark.parametrize(
    "lines",
    [
        b'{"filename": "a"}{"filename": "b"}\n\n',
        b'{"filename": "a"}\n{"filename":\n"b"}{"filename": "c"}\n',
        b'{"filename": "a"} {"filename": "b"}\n{"filename":\n"c"}\n',
    ],
)
async def test_a_task_is_a_line(app, cursor, lines):
    response = await send(app, lines)
    assert read_code(response, 422) == "invalid_field"
    assert fetch_filenames(cursor) == []


@pytest.mark.parametrize("tasks", [3, 20_000], ids=["at once", "after some are copied"])
async def test_many_bad_lines_are_listed_up_to_a_hundred(app, cursor, tasks):
    good = make_tasks(["n"] * tasks)
    response = await send(app, make_lines(*good, *([b"x", GOOD] * 150)))
    assert read_code(response, 422) == "invalid_field"
    errors = read_errors(response)
    assert errors == [(tasks + 1 + 2 * number, "body") for number in range(100)]
    cursor.execute("SELECT (SELECT count(*) FROM tasks), (SELECT count(*) FROM task_changes)")
    assert cursor.fetchone() == (0, 0)


async def test_an_id_that_is_taken_keeps_all_from_being_stored(app, cursor):
    taken = add_task(cursor, "old.jpg")
    response = await send(app, make_lines(GOOD, {"filename": "new", "id": str(taken)}))
    assert read_code(response, 409) == "task_exists"
    assert str(taken) in response.json()["detail"]
    assert fetch_filenames(cursor) == ["old.jpg"]


async def test_an_id_that_is_there_twice_keeps_all_from_being_stored(app, cursor):
    twice = {"filename": "a", "id": str(uuid4())}
    response = await send(app, make_lines(twice, GOOD, twice))
    assert read_code(response, 409) == "task_exists"
    assert twice["id"] in response.json()["detail"]
    assert fetch_filenames(cursor) == []


async def test_quart_knows_the_address_too(client):
    response = await client.options(BULK)
    assert "POST" in response.headers["Allow"]
