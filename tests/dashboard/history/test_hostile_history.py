"""No address and no row of the history gives a 500, whatever is in it."""

from itertools import product
from urllib.parse import quote

import pytest

from tests.dashboard.forms import read_form
from tests.dashboard.history.changes import last_change, undo_url
from tests.factories import add_task, read_task

HOSTILE = ("\x00", "\\", "'\"--", "9" * 25, "-1", "\ud800", "💥" * 300, "%00%", "{{7*7}}", "a,b")
NAMES = ("actor", "action", "changed_from", "changed_to", "task", "batch", "older_than")
ROWS = {
    "before is a list": "task_id, before, after) VALUES ('{id}', '[1]', '[2]')",
    "after is a number": "before, after) VALUES ('3', '4')",
    "sides are of JSON null": "task_id, before, after) VALUES ('{id}', 'null', 'null')",
    "status is no text": "task_id, before, after) VALUES ('{id}', '{{\"status\": [1]}}', '{{}}')",
    "nothing but a task": "task_id) VALUES ('{id}')",
    "deep": 'after) VALUES (\'{{"a": {{"b": [1, {{"c": null}}]}}, "result": {{"x": 1}}}}\')',
    "nothing": "tasks) VALUES (0)",
    "a deletion of nothing": "task_id, before, version) VALUES ('{id}', '{{}}', 1)",
}


def encode(text):
    return quote(text, errors="surrogatepass")


def test_a_search_for_anything_is_answered(client):
    for name, value in product((*(f"{name}=" for name in NAMES), "actor=staff:"), HOSTILE):
        url = f"/admin/history/?{name}{encode(value)}"
        assert client.get(url).status_code in (200, 400), url


def test_a_place_and_a_number_may_be_anything(client, cursor):
    task_id = add_task(cursor)
    for value in HOSTILE:
        for name in ("older_than", "newer_than"):
            url = f"/admin/tasks/{task_id}/?{name}={encode(value)}"
            assert client.get(url).status_code == 400, url
        for ending, method in product(("", "undo"), ("GET", "POST")):
            url = f"/admin/history/{encode(value)}/{ending}"
            assert client.open(url, method=method).status_code in (404, 405), url


@pytest.mark.parametrize(
    "place",
    [
        "2026-01-01_5",
        "2026-01-01T00:00:00Z_5",
        "2026-01-01T00:00:00.000000Z_05",
        "2026-01-01T02:00:00.000000+02:00_5",
        "2026-01-01T00:00:00.000000Z_9223372036854775808",
    ],
)
def test_a_place_is_read_as_it_is_written_and_no_other_way(client, cursor, place):
    task_id = add_task(cursor)
    for url in (f"/admin/tasks/{task_id}/", "/admin/history/"):
        for name in ("older_than", "newer_than"):
            assert client.get(url, query_string={name: place}).status_code == 400, url


@pytest.mark.parametrize("last", ["2026-01-01T00:00:00.000000Z_9223372036854775807", "9999-12-31"])
def test_the_ends_of_what_can_be_asked_for_are_answered(client, last):
    for query in (f"older_than={last}", "changed_from=0001-01-01", "changed_to=9999-12-31"):
        assert client.get(f"/admin/history/?{query}").status_code in (200, 400)
    for number in (2**63 - 1, 2**63):
        assert client.get(f"/admin/history/{number}/").status_code == 404


@pytest.mark.parametrize("row", ROWS)
def test_a_row_that_no_trigger_writes_breaks_no_page(client, cursor, row):
    task_id = add_task(cursor)
    cursor.execute(
        "INSERT INTO task_changes (actor, action, "
        + ROWS[row].format(id=task_id).replace("VALUES (", "VALUES ('db:x', 'forged', ", 1)
    )
    number = last_change(cursor)
    urls = ("/admin/history/", f"/admin/history/{number}/", f"/admin/tasks/{task_id}/")
    for url in (*urls, undo_url(number)):
        assert client.get(url).status_code == 200, url
    before = read_task(cursor, task_id)
    token = read_form(client.get("/admin/tasks/new")).fields["csrf_token"]
    sent = client.post(undo_url(number), data={"csrf_token": token})
    assert sent.status_code in (303, 409)
    assert read_task(cursor, task_id) == before
    cursor.execute("DELETE FROM tasks")
    for url in urls:
        assert client.get(url).status_code == 200, url
    sent = client.post(undo_url(number), data={"csrf_token": token})
    assert sent.status_code in (200, 409)
    assert client.get(f"/admin/tasks/{task_id}/").status_code == 200
