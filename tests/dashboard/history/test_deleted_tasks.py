"""A deleted task keeps a page, with its timeline and the way back."""

from uuid import uuid4

from tests.dashboard.bulk.orders import find_form
from tests.dashboard.forms import read_form, read_page, read_text
from tests.dashboard.history.changes import last_change, undo, undo_url
from tests.factories import add_task, read_task


def delete(client, task_id):
    read_form(client.get(f"/admin/tasks/{task_id}/delete")).send(client)


def test_its_page_says_who_deleted_it_and_what_it_went_through(client, cursor):
    task_id = add_task(cursor, "cat.jpg")
    cursor.execute("UPDATE tasks SET filename = 'dog.jpg'")
    delete(client, task_id)
    page = client.get(f"/admin/tasks/{task_id}/")
    assert page.status_code == 200
    text = read_text(page)
    assert "Deleted: dog.jpg" in text
    assert "by staff:admin@example.org" in text
    assert "cat.jpg" in text


def test_a_viewer_sees_it_without_the_way_back(viewer, cursor):
    task_id = add_task(cursor, "cat.jpg")
    cursor.execute("DELETE FROM tasks")
    page = viewer.get(f"/admin/tasks/{task_id}/")
    assert "Deleted: cat.jpg" in read_text(page)
    links = [v.get("href", "") for _tag, v in read_page(page).tags]
    assert not [link for link in links if link.endswith("/undo")]


def test_a_task_that_never_was_is_not_found(client):
    assert client.get(f"/admin/tasks/{uuid4()}/").status_code == 404


def test_bringing_it_back_twice_brings_it_back_once(client, cursor):
    task_id = add_task(cursor)
    cursor.execute("DELETE FROM tasks")
    form = find_form(client.get(undo_url(last_change(cursor))), "/undo")
    form.send(client)
    response = form.send(client)
    assert response.status_code == 303
    assert "nothing was written" in read_text(client.get(response.location))
    assert read_task(cursor, task_id)["version"] == 2


def test_an_earlier_deletion_does_not_bring_back_what_was_deleted_again(client, cursor):
    task_id = add_task(cursor)
    cursor.execute("DELETE FROM tasks")
    first = last_change(cursor)
    form = find_form(client.get(undo_url(first)), "/undo")
    undo(client, first)
    cursor.execute("DELETE FROM tasks")
    page = form.send(client)
    assert page.status_code == 409
    assert "deleted again since" in read_text(page)
    assert undo(client, last_change(cursor)).status_code == 303
    assert read_task(cursor, task_id)["version"] == 3


def test_a_task_that_was_brought_back_shows_its_whole_life(client, cursor):
    task_id = add_task(cursor, "cat.jpg")
    delete(client, task_id)
    undo(client, last_change(cursor), reason="it was needed")
    text = read_text(client.get(f"/admin/tasks/{task_id}/")).lower()
    assert text.index("brought back") < text.index("deleted") < text.index("created by")
    assert "it was needed" in text
