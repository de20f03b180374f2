"""Views: lists that somebody saved under a name."""

import pytest

from tests.dashboard.forms import read_page, read_text
from tests.factories import add_task
from vision_tasks.lifecycle import TaskStatus

LIST = "/admin/tasks/"
FILTERED = f"{LIST}?status=FAILED"


def read_hidden(response):
    """The hidden fields of the form that saves what is open."""
    tags = read_page(response).tags
    (start,) = [n for n, (_, v) in enumerate(tags) if v.get("action", "").endswith("/views")]
    fields = {}
    for tag, values in tags[start + 1 :]:
        if tag == "form":
            break
        if values.get("type") == "hidden":
            fields[values["name"]] = values["value"]
    return fields


def save(client, name, query="status=FAILED&page_size=50"):
    form = {**read_hidden(client.get(f"{LIST}?{query}")), "name": name}
    return client.post("/admin/tasks/views", data=form)


def views(client):
    page = read_page(client.get(LIST))
    return [
        v["href"]
        for tag, v in page.tags
        if tag == "a" and v.get("href", "").startswith(f"{LIST}?status")
    ]


def test_a_view_is_saved_and_leads_back_to_its_list(client, cursor):
    add_task(cursor, "a.jpg", status=TaskStatus.FAILED)
    answer = save(client, "  What   failed ")
    assert answer.status_code == 303
    assert answer.location == f"{LIST}?status=FAILED&page_size=50"
    page = client.get(LIST)
    assert "What failed" in read_text(page)
    assert f"{LIST}?status=FAILED&page_size=50" in views(client)


def test_nobody_sees_the_views_of_others_nor_removes_them(client, editor, cursor):
    save(client, "mine")
    assert "mine" not in read_text(editor.get(LIST))
    cursor.execute("SELECT id FROM saved_views")
    (view_id,) = cursor.fetchone()
    form = read_hidden(editor.get(FILTERED))
    editor.post(f"/admin/tasks/views/{view_id}/remove", data=form)
    assert "mine" in read_text(client.get(LIST))
    client.post(f"/admin/tasks/views/{view_id}/remove", data=read_hidden(client.get(FILTERED)))
    assert "mine" not in read_text(client.get(LIST))


@pytest.mark.parametrize(
    ("name", "reason"),
    [("", "empty"), ("x" * 81, "at most 80"), ("a\u202eb", "U+202E"), ("taken", "have a view of")],
)
def test_a_name_that_cannot_be_is_refused_and_said(client, name, reason):
    save(client, "taken")
    answer = save(client, name)
    assert answer.status_code == 400
    assert reason in read_text(answer)
    assert len(views(client)) <= 1


def test_there_is_an_end_to_how_many_somebody_has(client, cursor):
    cursor.execute(
        "INSERT INTO saved_views (owner, name, query)"
        " SELECT 'staff:admin@example.org', n::text, '' FROM generate_series(1, 50) AS n"
    )
    assert "at most" not in read_text(client.get(LIST))
    assert "cannot be added to the 50" in read_text(save(client, "one more"))


def test_a_wrong_list_and_a_form_without_its_token_are_not_saved(client, cursor):
    form = {**read_hidden(client.get(FILTERED)), "name": "x", "query": "status=NONE"}
    assert client.post("/admin/tasks/views", data=form).status_code == 400
    assert client.post("/admin/tasks/views", data={"name": "x", "query": ""}).status_code != 303
    assert client.get("/admin/tasks/views").status_code == 303
    cursor.execute("SELECT count(*) FROM saved_views")
    assert cursor.fetchone() == (0,)
