"""`Prefer: return=representation`: what was stored is shown, as it was born."""

import json
from uuid import uuid4

import pytest

from api.bulk.report import REPRESENTED
from tests.api.bulk.sending import LENIENT, make_lines, make_tasks, send
from tests.api.direct import open_client
from tests.api.problems import TASKS
from tests.factories import add_task

SHOWN = "return=representation"


async def test_each_task_is_shown_as_reading_it_would(app):
    given = {"filename": "given", "id": str(uuid4()).upper()}
    response = await send(app, make_lines({"filename": "made ñ"}, given), prefer=SHOWN)
    assert response.headers["Preference-Applied"] == SHOWN
    tasks = response.json()["tasks"]
    assert [task["filename"] for task in tasks] == ["made ñ", "given"]
    assert tasks[1]["id"] == given["id"].lower()
    async with open_client(app) as client:
        for task in tasks:
            assert (await client.get(f"{TASKS}/{task['id']}")).json() == task


async def test_what_was_not_stored_is_not_shown(app, cursor):
    taken = {"filename": "new", "id": str(add_task(cursor))}
    body = make_lines({"filename": "one"}, taken, b"x", {"filename": "two"})
    response = await send(app, body, prefer=f"{LENIENT}, {SHOWN}")
    assert response.headers["Preference-Applied"] == f"{LENIENT}, {SHOWN}"
    assert [task["filename"] for task in response.json()["tasks"]] == ["one", "two"]


async def test_more_than_ten_thousand_are_not_shown(app):
    tasks = make_tasks(["n"] * (REPRESENTED + 1))
    response = await send(app, make_lines(*tasks), prefer=f"{SHOWN}, {LENIENT}")
    assert response.json() == {
        "created": REPRESENTED + 1,
        "rejected": 0,
        "taken": 0,
        "errors": [],
    }
    assert response.headers["Preference-Applied"] == LENIENT
    response = await send(app, make_lines(*tasks[1:]), prefer=SHOWN)
    assert len(response.json()["tasks"]) == REPRESENTED


@pytest.mark.parametrize(
    ("prefer", "applied"),
    [
        (None, None),
        ("return=minimal", "return=minimal"),
        ("handling=strict", "handling=strict"),
        ("handling=hopeful, return=everything, respond-async, wait=10", None),
        ("Handling = Strict; foo=bar, RETURN=minimal", "handling=strict, return=minimal"),
    ],
)
async def test_what_is_honoured_is_named(app, prefer, applied):
    response = await send(app, json.dumps({"filename": "a"}).encode(), prefer=prefer)
    assert response.status_code == 201
    assert response.headers.get("Preference-Applied") == applied
    assert "tasks" not in response.json()
