"""The timeline of a task: who, when, what, why, from its creation on."""

import pytest

from tests.dashboard.forms import read_form, read_page, read_text
from tests.factories import add_task, read_task


def test_each_change_shows_who_what_and_why(client, cursor):
    task_id = add_task(cursor, "cat.jpg")
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    form.send(client, filename="dog.jpg", reason="it is a dog")
    page = read_text(client.get(f"/admin/tasks/{task_id}/"))
    for words in ("staff:admin@example.org", "cat.jpg", "dog.jpg", "it is a dog", "db:"):
        assert words in page


def test_a_creation_among_many_is_found(client, cursor):
    cursor.execute("INSERT INTO tasks (filename) SELECT 'n' || n FROM generate_series(1, 5) AS n")
    cursor.execute("SELECT id FROM tasks LIMIT 1")
    page = read_text(client.get(f"/admin/tasks/{cursor.fetchone()[0]}/"))
    assert "Created" in page
    assert "with 4 others" in page


def test_a_task_from_before_the_history_says_so(client, cursor):
    cursor.execute("ALTER TABLE tasks DISABLE TRIGGER tasks_record_birth")
    task_id = add_task(cursor)
    cursor.execute("ALTER TABLE tasks ENABLE TRIGGER tasks_record_birth")
    assert "no record" in read_text(client.get(f"/admin/tasks/{task_id}/"))


def test_a_long_history_is_paged(client, cursor):
    task_id = add_task(cursor)
    for number in range(45):
        cursor.execute("UPDATE tasks SET filename = %s", [f"name-{number}.jpg"])
    first = client.get(f"/admin/tasks/{task_id}/")
    assert "name-44.jpg" in read_text(first)
    assert "name-5.jpg" not in read_text(first)
    second = client.get(_find_link(first, "next"))
    last = client.get(_find_link(second, "next"))
    assert "name-4.jpg" in read_text(last)
    assert "Created" in read_text(last)
    assert _find_link(last, "next") is None
    back = client.get(_find_link(last, "prev"))
    assert read_text(back) == read_text(second)


@pytest.mark.parametrize("query", ["older_than=x", "newer_than=2026-01-01", "older_than=0_0"])
def test_a_place_that_is_none_is_told_and_the_task_shown(client, cursor, query):
    task_id = add_task(cursor, "cat.jpg")
    page = client.get(f"/admin/tasks/{task_id}/?{query}")
    assert page.status_code == 400
    assert "is no place in this history" in read_text(page)
    assert "cat.jpg" in read_text(page)


def test_an_admin_makes_an_illegal_move_with_a_reason_only(client, editor, cursor):
    task_id = add_task(cursor)
    url = f"/admin/tasks/{task_id}/edit"
    form = read_form(client.get(url))
    page = form.send(client, status="COMPLETED")
    assert page.status_code == 400
    assert "reason" in read_text(page)
    assert read_task(cursor, task_id)["status"] == "PENDING"
    assert read_form(page).send(client, reason="done by hand").status_code == 303
    assert read_task(cursor, task_id)["status"] == "COMPLETED"
    assert "FAILED" not in read_form(editor.get(url)).options["status"]


def test_an_editor_cannot_make_one_whatever_is_sent(editor, cursor):
    task_id = add_task(cursor)
    form = read_form(editor.get(f"/admin/tasks/{task_id}/edit"))
    page = form.send(editor, status="COMPLETED", reason="because")
    assert page.status_code == 400
    assert read_task(cursor, task_id)["version"] == 1


def test_a_deletion_keeps_its_reason(client, cursor):
    task_id = add_task(cursor)
    read_form(client.get(f"/admin/tasks/{task_id}/delete")).send(client, reason="a double")
    page = client.get(f"/admin/tasks/{task_id}/")
    assert "a double" in read_text(page)


def _find_link(page, rel):
    links = [v["href"] for tag, v in read_page(page).tags if tag == "a" and v.get("rel") == rel]
    return links[0] if links else None
