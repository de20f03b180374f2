"""A change is taken back as a change of its own, and only where nobody has been at work since."""

import pytest

from tests.dashboard.bulk.orders import find_form
from tests.dashboard.forms import read_form, read_page, read_text
from tests.dashboard.history.changes import last_change, undo, undo_url
from tests.factories import add_task, read_task
from tests.histories import read_history


@pytest.fixture
def changed(cursor):
    """A task that somebody renamed and gave a result."""
    task_id = add_task(cursor, "before.jpg")
    cursor.execute("UPDATE tasks SET filename = 'after.jpg', result = '[1.0]'")
    return task_id


def test_asking_shows_what_would_come_back_and_changes_nothing(client, cursor, changed):
    page = read_text(client.get(undo_url(last_change(cursor))))
    assert "before.jpg" in page
    assert read_task(cursor, changed)["version"] == 2


def test_the_fields_of_a_change_are_put_back_as_a_new_change(client, cursor, changed):
    number = last_change(cursor)
    assert undo(client, number, reason="a mistake").status_code == 303
    task = read_task(cursor, changed)
    assert (task["filename"], task["result"], task["version"]) == ("before.jpg", None, 3)
    last = read_history(cursor)[-1]
    assert (last.action, last.actor, last.reason) == (
        "undo",
        "staff:admin@example.org",
        "a mistake",
    )


@pytest.mark.usefixtures("changed")
def test_without_a_reason_the_history_says_of_which_change_it_is_the_undo(client, cursor):
    number = last_change(cursor)
    undo(client, number)
    assert read_history(cursor)[-1].reason == f"Undo of change {number}"


def test_an_undo_can_be_undone(client, cursor, changed):
    undo(client, last_change(cursor))
    undo(client, last_change(cursor))
    task = read_task(cursor, changed)
    assert (task["filename"], task["result"]) == ("after.jpg", "[1.0]")


def test_a_json_null_comes_back_as_one(client, cursor):
    task_id = add_task(cursor, result="null")
    cursor.execute("UPDATE tasks SET result = NULL")
    undo(client, last_change(cursor))
    assert read_task(cursor, task_id)["result"] == "null"


@pytest.mark.parametrize("moves", [("PROCESSING", "COMPLETED"), ("FAILED", "PENDING")])
def test_a_move_is_put_back_though_the_way_back_is_none(client, cursor, moves):
    task_id = add_task(cursor)
    for status in moves:
        cursor.execute("UPDATE tasks SET status = %s::taskstatus", [status])
    undo(client, last_change(cursor))
    assert read_task(cursor, task_id)["status"] == moves[0]


def test_a_form_sent_twice_undoes_once(client, cursor, changed):
    form = find_form(client.get(undo_url(last_change(cursor))), "/undo")
    form.send(client)
    response = form.send(client)
    assert response.status_code == 303
    assert "nothing was written" in read_text(client.get(response.location))
    assert read_task(cursor, changed)["version"] == 3


def test_where_the_task_has_changed_since_it_is_a_conflict_field_by_field(client, cursor, changed):
    number = last_change(cursor)
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg'")
    page = undo(client, number)
    assert page.status_code == 409
    assert "theirs.jpg" in read_text(page)
    assert read_task(cursor, changed)["filename"] == "theirs.jpg"
    form = read_form(page)
    assert form.send(client, choice_filename="yours").status_code == 303
    task = read_task(cursor, changed)
    assert (task["filename"], task["result"]) == ("before.jpg", None)


def test_a_change_between_asking_and_undoing_is_not_overwritten(client, cursor, changed):
    form = find_form(client.get(undo_url(last_change(cursor))), "/undo")
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg'")
    assert form.send(client).status_code == 409
    assert read_task(cursor, changed)["filename"] == "theirs.jpg"


def test_a_deleted_task_comes_back_whole_and_counts_on(client, cursor):
    task_id = add_task(cursor, "cat.jpg", result='{"a": 1.0}')
    before = read_task(cursor, task_id)
    cursor.execute("DELETE FROM tasks")
    page = client.get(f"/admin/tasks/{task_id}/")
    assert "was deleted" in read_text(page)
    assert undo_url(last_change(cursor)) in page.get_data(as_text=True)
    assert undo(client, last_change(cursor)).status_code == 303
    after = read_task(cursor, task_id)
    for name in ("filename", "status", "result", "created_at"):
        assert after[name] == before[name]
    assert after["version"] == before["version"] + 1


def test_a_deletion_is_not_undone_over_another_task_of_that_id(client, cursor):
    task_id = add_task(cursor, "old.jpg")
    cursor.execute("DELETE FROM tasks")
    form = find_form(client.get(undo_url(last_change(cursor))), "/undo")
    cursor.execute("INSERT INTO tasks (id, filename) VALUES (%s, 'new.jpg')", [str(task_id)])
    page = form.send(client)
    assert page.status_code == 409
    assert "Another task was created under the same id" in read_text(page)
    assert read_task(cursor, task_id)["filename"] == "new.jpg"


@pytest.mark.usefixtures("changed")
def test_a_change_of_a_task_that_is_gone_is_not_undone(client, cursor):
    number = last_change(cursor)
    cursor.execute("DELETE FROM tasks")
    page = client.get(undo_url(number))
    assert "was deleted since" in read_text(page)
    assert not [form for form in read_page(page).forms if form.action.endswith("/undo")]


def test_a_task_that_took_the_id_of_a_deleted_one_is_left_alone(client, cursor, changed):
    number = last_change(cursor)
    form = find_form(client.get(undo_url(number)), "/undo")
    cursor.execute("DELETE FROM tasks")
    cursor.execute("INSERT INTO tasks (id, filename) VALUES (%s, 'after.jpg')", [str(changed)])
    cursor.execute("UPDATE tasks SET result = '[1.0]'")
    assert form.send(client).status_code == 409
    assert read_task(cursor, changed)["version"] == 2


def test_a_creation_offers_its_deletion_instead(client, cursor):
    task_id = add_task(cursor)
    page = client.get(undo_url(last_change(cursor)))
    assert f"/admin/tasks/{task_id}/delete" in page.get_data(as_text=True)
    assert "cannot be undone" in read_text(page)


def test_a_creation_stays_whatever_is_sent(client, cursor):
    task_id = add_task(cursor)
    page = client.post(undo_url(last_change(cursor)), data={"reason": "because"})
    assert page.status_code == 409
    assert read_task(cursor, task_id)["version"] == 1


@pytest.mark.parametrize("token", ["", "forged"])
def test_without_its_token_nothing_is_undone(client, cursor, changed, token):
    page = undo(client, last_change(cursor), csrf_token=token, reason="kept")
    assert page.status_code == 400
    assert find_form(page, "/undo").fields["reason"] == "kept"
    assert read_task(cursor, changed)["version"] == 2


def test_a_viewer_sees_the_history_and_may_not_undo(viewer, cursor, changed):
    url = undo_url(last_change(cursor))
    page = viewer.get(f"/admin/tasks/{changed}/").get_data(as_text=True)
    assert "before.jpg" in page
    assert url not in page
    assert viewer.get(url).status_code == viewer.post(url).status_code == 403
