"""A new task is a filename; it waits from then on."""

from uuid import UUID

from tests.dashboard.forms import read_form, read_text
from tests.factories import read_task


def test_a_new_task_waits(client, cursor):
    response = read_form(client.get("/admin/tasks/new")).send(client, filename=" Straße 1.jpg")
    assert response.status_code == 303
    task = read_task(cursor, UUID(response.location.split("/")[3]))
    assert (task["status"], task["filename"], task["result"]) == ("PENDING", " Straße 1.jpg", None)
    assert "created" in read_text(client.get(response.location))


def test_what_may_be_no_filename_is_refused_and_kept(client, cursor):
    form = read_form(client.get("/admin/tasks/new"))
    for filename in ("", " ", "\u3000", "x" * 256, "a\x00", "a\x1b[2J", "a\u2066b", "a\u2028b"):
        page = form.send(client, filename=filename)
        assert page.status_code == 400, filename
        assert "filename" in read_text(page)
        assert read_form(page).fields["filename"] == filename
    cursor.execute("SELECT count(*) FROM tasks")
    assert cursor.fetchone() == (0,)


def test_255_characters_are_allowed_however_many_bytes(client):
    form = read_form(client.get("/admin/tasks/new"))
    assert form.send(client, filename="漢" * 255).status_code == 303


def test_a_form_longer_than_a_body_may_be_is_refused(client):
    page = read_form(client.get("/admin/tasks/new")).send(client, filename="x" * 1_100_000)
    assert page.status_code == 413
    assert "Too long" in read_text(page)


def test_a_form_that_came_without_its_field_is_shown_again(client):
    form = read_form(client.get("/admin/tasks/new"))
    del form.fields["filename"]
    assert form.send(client).status_code == 400
