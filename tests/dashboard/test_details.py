"""One task on its own page, and the way back to the list one came from."""

from urllib.parse import quote
from uuid import uuid4

import pytest
from sqlalchemy import event

from tests.dashboard.forms import read_form, read_page, read_text
from tests.factories import add_task

STRANGE_IDS = (
    "x",
    "1,2",
    "new",
    "-1",
    "%00",
    "%ED%A0%80",
    "..",
    "a" * 3_000,
    "{00000000-0000-4000-8000-000000000000}",
    "00000000000040008000000000000000",
    "00000000-0000-4000-8000-00000000000g",
)
STRANGE_RETURNS = (
    "//evil.example",
    "http:evil.example",
    "https://evil.example/admin/tasks/",
    "\\\\evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "status=%0d%0aLocation:x",
    "x" * 5_000,
    "&".join(["a=1"] * 50),
)


def test_all_of_a_task_is_shown(client, cursor):
    task_id = add_task(cursor, "Straße.jpg", result='{"n": 12345678901234567890.10}')
    text = read_text(client.get(f"/admin/tasks/{task_id}/"))
    assert all(word in text for word in ("Straße.jpg", "PENDING", str(task_id), "UTC"))
    assert "12345678901234567890.10" in text


@pytest.mark.parametrize("page", ["", "edit", "delete"])
def test_an_id_that_leads_nowhere_gets_a_friendly_page(client, page):
    for task_id in (*STRANGE_IDS, str(uuid4())):
        response = client.get(f"/admin/tasks/{task_id}/{page}", follow_redirects=True)
        assert response.status_code == 404, task_id
        assert "Overview" in read_text(response)


def test_a_very_long_result_is_cut_and_says_so(client, cursor):
    task_id = add_task(cursor, result='"' + "x" * 3_000_000 + '"')
    page = client.get(f"/admin/tasks/{task_id}/")
    assert len(page.data) < 300_000
    assert "Only the first 200,000 characters are shown" in read_text(page)


@pytest.mark.parametrize("page", ["", "delete"])
def test_no_more_of_a_result_is_read_than_is_shown(client, cursor, app, page):
    task_id = add_task(cursor, result='"' + "x" * 3_000_000 + '"')
    lengths = []

    @event.listens_for(app.extensions["vision_tasks"].engine, "after_cursor_execute")
    def look(_connection, result, statement, *_rest):
        if "FROM tasks" in statement and result.rowcount:
            result.scroll(0, mode="absolute")
            lengths.append(len(result.fetchone()[3]))
            result.scroll(0, mode="absolute")

    assert client.get(f"/admin/tasks/{task_id}/{page}").status_code == 200
    assert lengths == [2_000 if page else 200_001]


def test_the_way_back_leads_to_the_same_list(client, cursor):
    task_id = add_task(cursor)
    page = client.get("/admin/tasks/?status=PENDING&page_size=50")
    (details,) = [v["href"] for _, v in read_page(page).tags if v.get("class") == "desk-name"]
    shown = read_page(client.get(details))
    assert "/admin/tasks/?status=PENDING&page_size=50" in [v.get("href") for _, v in shown.tags]
    form = read_form(client.get(details.replace("/?", "/edit?")))
    saved = form.send(client, filename="new.jpg")
    shown = read_page(client.get(saved.location))
    assert "/admin/tasks/?status=PENDING&page_size=50" in [v.get("href") for _, v in shown.tags]
    gone = read_form(client.get(f"/admin/tasks/{task_id}/delete?back=status%3DPENDING")).send(
        client
    )
    assert gone.location == "/admin/tasks/?status=PENDING"


def test_the_way_back_leads_nowhere_else(client, cursor):
    for back in STRANGE_RETURNS:
        task_id = add_task(cursor)
        form = read_form(client.get(f"/admin/tasks/{task_id}/delete?back={quote(back)}"))
        response = form.send(client)
        assert response.status_code == 303
        assert response.location.startswith("/admin/tasks/"), back
        assert "evil" not in response.location
        assert "\n" not in response.location
    form.fields["back"] = "//evil.example"
    assert form.send(client).location == "/admin/tasks/"


def test_our_pages_are_neither_stored_nor_framed_nor_sniffed(client):
    for url in ("/admin/", "/admin/tasks/", "/admin/tasks/x/", "/nowhere"):
        headers = client.get(url).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
