"""`Prefer: handling=lenient`: what is good is stored, what is bad is told of."""

import json
from uuid import uuid4

import pytest

from tests.api.bulk.sending import (
    JSON,
    LENIENT,
    fetch_filenames,
    make_lines,
    make_tasks,
    read_code,
    read_errors,
    send,
)
from tests.factories import add_task

GOOD = {"filename": "good.jpg"}


def make_task(name):
    return {"filename": name, "id": str(uuid4())}


async def test_good_lines_are_stored_and_bad_ones_named(app, cursor):
    body = make_lines(GOOD, b"x", {"filename": ""}, GOOD, {"filename": "a", "version": 3})
    response = await send(app, body, prefer=LENIENT)
    assert response.status_code == 201
    assert response.headers["Preference-Applied"] == LENIENT
    answer = response.json()
    assert (answer["created"], answer["rejected"], answer["taken"]) == (2, 3, 0)
    assert read_errors(response) == [(2, "body"), (3, "filename"), (5, "version")]
    assert fetch_filenames(cursor) == ["good.jpg"] * 2


async def test_of_an_array_it_is_the_elements(app, cursor):
    body = json.dumps([GOOD, 7, GOOD, {"filename": ["nested"]}]).encode()
    response = await send(app, body, media_type=JSON, prefer=LENIENT)
    assert read_errors(response) == [(2, "body"), (4, "filename")]
    assert fetch_filenames(cursor) == ["good.jpg"] * 2


async def test_all_bad_lines_are_counted_and_a_hundred_are_listed(app, cursor):
    lines = [GOOD if number % 2 else b"x" for number in range(1000)]
    response = await send(app, make_lines(*lines), prefer=LENIENT)
    answer = response.json()
    assert (answer["created"], answer["rejected"]) == (500, 500)
    assert read_errors(response) == [(1 + 2 * number, "body") for number in range(100)]
    assert len(fetch_filenames(cursor)) == 500


@pytest.mark.parametrize("before", [0, 5000], ids=["from the start", "further down"])
async def test_lines_whose_ids_are_taken_are_named(app, cursor, before):
    taken = {"filename": "new", "id": str(add_task(cursor, "old"))}
    one, other = make_task("one"), make_task("other")
    tasks = [one, taken, GOOD, {**one, "filename": "again"}, {"filename": ""}, other, taken]
    response = await send(app, make_lines(*make_tasks(["n"] * before), *tasks), prefer=LENIENT)
    answer = response.json()
    assert (answer["created"], answer["rejected"], answer["taken"]) == (before + 3, 4, 3)
    fields = [(2, "id"), (4, "id"), (5, "filename"), (7, "id")]
    assert read_errors(response) == [(before + line, field) for line, field in fields]
    assert [name for name in fetch_filenames(cursor) if name != "n"] == [
        "good.jpg",
        "old",
        "one",
        "other",
    ]


async def test_sent_again_with_the_same_ids_nothing_is_stored_twice(app, cursor):
    tasks = [make_task(f"n{number}") for number in range(300)]
    first = await send(app, make_lines(*tasks[:200]), prefer=LENIENT)
    assert first.json()["created"] == 200
    second = await send(app, make_lines(*tasks), prefer=LENIENT)
    answer = second.json()
    assert (answer["created"], answer["rejected"], answer["taken"]) == (100, 200, 200)
    assert read_errors(second) == [(line, "id") for line in range(1, 101)]
    assert len(set(fetch_filenames(cursor))) == 300
    cursor.execute("SELECT tasks FROM task_changes ORDER BY id")
    assert [count for (count,) in cursor.fetchall()] == [200, 100]


async def test_a_line_that_is_too_long_is_passed_over(app, cursor):
    long = b'{"filename": "a"%b}' % (b" " * 70_000)
    response = await send(app, make_lines(GOOD, long, long, GOOD), prefer=LENIENT)
    assert read_errors(response) == [(2, "body"), (3, "body")]
    assert "65,536" in response.json()["errors"][0]["reason"]
    assert fetch_filenames(cursor) == ["good.jpg"] * 2


async def test_without_the_right_to_make_temporary_tables_the_log_tells_what_to_do(
    app, cursor, settings, caplog
):
    database = settings.POSTGRES_DB
    cursor.execute(f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC, CURRENT_USER")
    try:
        response = await send(app, make_lines(make_task("a")), prefer=LENIENT)
        assert (await send(app, make_lines(GOOD), prefer=LENIENT)).status_code == 201
    finally:
        cursor.execute(f"GRANT TEMPORARY ON DATABASE {database} TO PUBLIC, CURRENT_USER")
    assert read_code(response, 503) == "temporary_right_missing"
    assert "GRANT TEMPORARY" not in response.text
    assert "GRANT TEMPORARY" in caplog.text
    assert fetch_filenames(cursor) == ["good.jpg"]
