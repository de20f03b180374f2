"""A task is deleted only as it was seen, and only after asking."""

import pytest

from tests.dashboard.forms import read_form, read_text
from tests.factories import add_task


@pytest.fixture
def task_id(cursor):
    return add_task(cursor, "seen.jpg", result="[1]")


def count(cursor):
    cursor.execute("SELECT count(*) FROM tasks")
    return cursor.fetchone()[0]


def test_asking_deletes_nothing_and_saying_yes_does(client, cursor, task_id):
    page = client.get(f"/admin/tasks/{task_id}/delete")
    assert "seen.jpg" in read_text(page)
    assert count(cursor) == 1
    response = read_form(page).send(client)
    assert response.status_code == 303
    assert count(cursor) == 0
    assert "is deleted" in read_text(client.get(response.location))


def test_a_task_that_changed_since_is_shown_again_with_the_news(client, cursor, task_id):
    form = read_form(client.get(f"/admin/tasks/{task_id}/delete"))
    cursor.execute("UPDATE tasks SET status = 'PROCESSING', result = '[2]'")
    page = form.send(client)
    assert page.status_code == 409
    assert count(cursor) == 1
    text = read_text(page)
    assert "status was PENDING , is PROCESSING" in text
    assert "result was [1] , is [2]" in text
    assert read_form(page).send(client).status_code == 303
    assert count(cursor) == 0


def test_a_change_that_the_page_does_not_show_is_not_called_nothing(client, cursor):
    task_id = add_task(cursor, result='"' + "x" * 5_000 + '"')
    form = read_form(client.get(f"/admin/tasks/{task_id}/delete"))
    cursor.execute("UPDATE tasks SET result = to_jsonb(repeat('x', 6000))")
    page = form.send(client)
    assert page.status_code == 409
    assert "not in what is shown here" in read_text(page)


def test_a_task_deleted_by_somebody_else_is_no_error(client, cursor, task_id):
    form = read_form(client.get(f"/admin/tasks/{task_id}/delete"))
    cursor.execute("DELETE FROM tasks")
    response = form.send(client)
    assert response.status_code == 303
    assert "already" in read_text(client.get(response.location))


def test_a_tampered_form_deletes_nothing(client, cursor, task_id):
    form = read_form(client.get(f"/admin/tasks/{task_id}/delete"))
    for name in ("version", "base", "born_at"):
        for value in ("", "x", "0", "-1", "9" * 20, "null", "\u0661"):
            assert form.send(client, **{name: value}).status_code == 400
    assert form.send(client, version="7").status_code == 409
    assert count(cursor) == 1
