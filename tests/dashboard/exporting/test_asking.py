"""Who may export, how it is asked for, and that the history tells of it."""

import pytest

from dashboard import Action, EveryoneAllowed
from tests.dashboard.exporting.exports import export, fetch_entries, read_csv
from tests.dashboard.forms import read_export_form, read_form, read_text
from tests.dashboard.host import host_with
from tests.factories import add_task


def test_the_history_says_who_took_what(client, cursor):
    add_task(cursor, "cat.jpg")
    add_task(cursor, "dog.jpg")
    assert export(client, "jsonl", search="cat").get_data()
    assert fetch_entries(cursor) == [
        (
            "staff:admin@example.org",
            1,
            {"filter": {"search": "cat"}, "format": "jsonl", "complete": True},
            None,
            None,
        )
    ]
    export(client).get_data()
    assert fetch_entries(cursor)[1][1:3] == (
        2,
        {"filter": {}, "format": "csv", "complete": True},
    )


def test_an_export_of_nothing_is_recorded_too(client, cursor):
    assert read_csv(export(client, status="FAILED")) == []
    assert export(client, "jsonl").get_data() == b""
    assert [entry[1] for entry in fetch_entries(cursor)] == [0, 0]


def test_looking_at_the_address_changes_nothing(client, cursor):
    add_task(cursor)
    cursor.execute("SELECT max(id) FROM task_changes")
    before = cursor.fetchone()
    for query in ({}, {"format": "csv", "status": "FAILED"}, {"status": "x"}):
        page = client.get("/admin/tasks/export", query_string=query)
        assert page.status_code == (400 if query.get("status") == "x" else 200)
        assert page.mimetype == "text/html"
        assert "Content-Disposition" not in page.headers
    cursor.execute("SELECT max(id) FROM task_changes")
    assert cursor.fetchone() == before


@pytest.mark.parametrize("path", ["", "export"])
def test_the_list_and_its_own_page_export_what_they_show(client, cursor, path):
    add_task(cursor, "cat.jpg")
    add_task(cursor, "dog.jpg")
    page = client.get(f"/admin/tasks/{path}?search=dog")
    assert "Export all that match" in read_text(page)
    rows = read_csv(read_export_form(page).send(client, format="csv"))
    assert [row["filename"] for row in rows] == ["dog.jpg"]


@pytest.mark.parametrize("token", ["", "forged"])
def test_without_a_valid_token_it_asks_again(client, cursor, token):
    add_task(cursor)
    form = read_export_form(client.get("/admin/tasks/?search=photo"))
    page = form.send(client, csrf_token=token)
    assert page.status_code == 400
    assert "send it again" in read_text(page)
    again = read_export_form(page)
    assert again.fields["search"] == "photo"
    assert fetch_entries(cursor) == []
    assert len(read_csv(again.send(client, format="csv"))) == 1


def test_a_form_of_another_site_exports_nothing(client, cursor):
    form = read_export_form(client.get("/admin/tasks/export"))
    data = {**form.fields, "csrf_token": "x"}
    answer = client.post(form.action, data=data, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert fetch_entries(cursor) == []


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"format": "xls"}, "format is one of csv, jsonl."),
        ({"format": ""}, "format is one of"),
        ({"status": "NONE"}, "status is one of"),
        ({"created_from": "yesterday"}, "created_from is written"),
        ({"search": "x" * 300}, "search has 300 characters"),
        ({"search": "\x00"}, "search"),
    ],
)
def test_a_field_that_makes_no_sense_is_named(client, cursor, changes, word):
    form = read_export_form(client.get("/admin/tasks/export"))
    page = client.post(form.action, data={**form.fields, **changes})
    assert page.status_code == 400
    assert word in read_text(page)
    assert fetch_entries(cursor) == []


def test_who_may_only_look_and_export_can(viewer, cursor):
    add_task(cursor)
    assert len(read_csv(export(viewer))) == 1


def test_who_may_not_export_is_offered_none_and_gets_none(settings, cursor):
    class Looking(EveryoneAllowed):
        def allows(self, action):
            return action is not Action.EXPORT

    add_task(cursor, "secret.jpg")
    with host_with(settings, access=Looking()) as client:
        assert "Export" not in read_text(client.get("/admin/tasks/"))
        token = read_form(client.get("/admin/tasks/new")).fields["csrf_token"]
        for answer in (
            client.get("/admin/tasks/export"),
            client.post("/admin/tasks/export", data={"csrf_token": token, "format": "csv"}),
        ):
            assert answer.status_code == 403
            assert "secret.jpg" not in answer.get_data(as_text=True)
    assert fetch_entries(cursor) == []


def test_it_works_in_a_host(settings, cursor):
    class Named(EveryoneAllowed):
        def get_actor(self):
            return "ana"

    add_task(cursor, "cat.jpg")
    with host_with(settings, access=Named(), url="desk") as client:
        form = read_export_form(client.get("/admin/desk/"))
        assert form.action == "/admin/desk/export"
        rows = read_csv(form.send(client, format="csv"))
    assert [row["filename"] for row in rows] == ["cat.jpg"]
    assert [entry[:2] for entry in fetch_entries(cursor)] == [("staff:ana", 1)]


def test_markup_in_a_filter_is_inert(client):
    page = client.get("/admin/tasks/export?search=<script>x</script>")
    assert "<script>x" not in page.get_data(as_text=True)
