"""A task deleted and created anew under the same id is another task, at version 1 again."""

import pytest

from tests.dashboard.forms import read_form, read_text
from tests.factories import add_task, read_task


@pytest.fixture
def task_id(cursor):
    return add_task(cursor, "first.jpg")


def recreate(cursor, task_id, filename):
    cursor.execute("DELETE FROM tasks")
    cursor.execute("INSERT INTO tasks (id, filename) VALUES (%s, %s)", (str(task_id), filename))


@pytest.mark.parametrize("filename", ["second.jpg", "first.jpg", "typed.jpg"])
def test_a_form_of_the_first_does_not_overwrite_the_second(client, cursor, task_id, filename):
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    recreate(cursor, task_id, filename)
    before = read_task(cursor, task_id)
    page = form.send(client, filename="typed.jpg")
    assert page.status_code == 409
    assert "created under the same id" in read_text(page)
    assert read_task(cursor, task_id) == before


def test_a_choice_made_on_the_first_does_not_overwrite_the_second(client, cursor, task_id):
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg'")
    conflict = read_form(form.send(client, filename="typed.jpg"))
    recreate(cursor, task_id, "second.jpg")
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg'")
    before = read_task(cursor, task_id)
    page = conflict.send(client, choice_filename="yours")
    assert page.status_code == 409
    assert "created under the same id" in read_text(page)
    assert read_task(cursor, task_id) == before
    assert read_form(page).send(client, choice_filename="yours").status_code == 303
    assert read_task(cursor, task_id)["filename"] == "typed.jpg"


def test_a_deletion_of_the_first_leaves_the_second(client, cursor, task_id):
    form = read_form(client.get(f"/admin/tasks/{task_id}/delete"))
    recreate(cursor, task_id, "first.jpg")
    page = form.send(client)
    assert page.status_code == 409
    assert "created was" in read_text(page)
    assert read_form(page).send(client).status_code == 303


def test_one_microsecond_is_enough_to_tell_them_apart(client, cursor, task_id):
    cursor.execute("UPDATE tasks SET created_at = '2026-01-01 10:00:00.000000+14'")
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    assert form.fields["born_at"] == "2025-12-31T20:00:00+00:00"
    assert form.send(client, filename="typed.jpg").status_code == 303
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    form.fields["born_at"] = "2025-12-31T20:00:00.000001+00:00"
    assert form.send(client, filename="again.jpg").status_code == 409
