"""An undo whose task has changed since: chosen field by field, and no way around a rule."""

import pytest

from dashboard import Access, Action
from tests.dashboard.forms import read_form, read_text
from tests.dashboard.history.changes import last_change, undo
from tests.dashboard.host import host_with
from tests.factories import add_task, read_task
from tests.histories import read_history
from vision_tasks.lifecycle import TaskStatus


class Only(Access):
    def __init__(self, *actions):
        self.actions = actions

    def allows(self, action):
        return action in self.actions


@pytest.fixture
def completed(cursor):
    """A task that was completed, whose way back from there is no legal move."""
    task_id = add_task(cursor)
    for status in ("PROCESSING", "COMPLETED"):
        cursor.execute("UPDATE tasks SET status = %s::taskstatus", [status])
    return task_id


def test_it_says_what_was_since_and_is_recorded_as_an_undo(editor, cursor):
    task_id = add_task(cursor, "before.jpg", result="[1]")
    cursor.execute("UPDATE tasks SET filename = 'after.jpg', result = '[2]'")
    number = last_change(cursor)
    cursor.execute("UPDATE tasks SET result = '[3]', status = 'PROCESSING'")
    page = undo(editor, number)
    assert page.status_code == 409
    text = read_text(page)
    assert all(words in text for words in ("As the change left it", "[1]", "[2]", "[3]"))
    form = read_form(page)
    # What nobody has touched since is proposed, what was is to be chosen, the rest is left alone.
    assert form.fields["choice_filename"] == "yours"
    assert "choice_result" not in form.fields
    assert "choice_status" not in form.options
    saved = form.send(editor, choice_result="theirs")
    assert "Undone: filename" in read_text(editor.get(saved.location))
    task = read_task(cursor, task_id)
    assert (task["filename"], task["result"], task["status"]) == (
        "before.jpg",
        "[3]",
        "PROCESSING",
    )
    last = read_history(cursor)[-1]
    assert (last.action, last.reason) == ("undo", f"Undo of change {number}")


def test_a_reason_is_carried_along(editor, cursor):
    add_task(cursor, "before.jpg")
    cursor.execute("UPDATE tasks SET filename = 'after.jpg'")
    number = last_change(cursor)
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg'")
    form = read_form(undo(editor, number, reason="a typing error"))
    form.send(editor, choice_filename="yours")
    assert read_history(cursor)[-1].reason == "a typing error"


def test_a_move_goes_back_though_another_field_has_changed_since(editor, cursor, completed):
    number = last_change(cursor)
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg'")
    page = undo(editor, number)
    form = read_form(page)
    assert form.disabled == []
    assert form.send(editor).status_code == 303
    task = read_task(cursor, completed)
    assert (task["status"], task["filename"]) == ("PROCESSING", "theirs.jpg")


def test_a_move_does_not_go_back_from_where_the_change_did_not_lead(editor, cursor, completed):
    number = last_change(cursor)
    cursor.execute("UPDATE tasks SET status = 'PENDING'")
    cursor.execute("UPDATE tasks SET status = 'FAILED'")
    form = read_form(undo(editor, number))
    assert form.disabled == [("choice_status", "yours")]
    form.options["choice_status"].append("yours")
    assert form.send(editor, choice_status="yours").status_code == 400
    assert read_task(cursor, completed)["status"] == "FAILED"


def test_a_forged_present_status_frees_no_move(editor, cursor, completed):
    number = last_change(cursor)
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg'")
    form = read_form(undo(editor, number))
    cursor.execute("UPDATE tasks SET status = 'PENDING'")
    cursor.execute("UPDATE tasks SET status = 'FAILED'")
    form.fields["version"] = str(read_task(cursor, completed)["version"])
    page = form.send(editor)
    assert page.status_code == 409
    assert read_task(cursor, completed)["status"] == "FAILED"


def test_only_the_way_back_of_that_very_change_is_free(editor, cursor, completed):
    number = last_change(cursor)
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg'")
    form = read_form(undo(editor, number))
    form.fields["yours"] = form.fields["yours"].replace("PROCESSING", "FAILED")
    page = form.send(editor)
    assert page.status_code == 400
    assert "cannot be yours" in read_text(page)
    assert read_task(cursor, completed)["status"] == "COMPLETED"


@pytest.mark.parametrize("undoes", ["", "0", "x", "9" * 30, "999999999", "-1", "1e3"])
def test_a_number_that_is_no_change_of_the_task_is_a_damaged_form(
    editor, cursor, completed, undoes
):
    number = last_change(cursor)
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg'")
    before = read_task(cursor, completed)
    form = read_form(undo(editor, number))
    page = form.send(editor, undoes=undoes)
    assert page.status_code == 400
    assert "damaged" in read_text(page)
    assert read_task(cursor, completed) == before


def test_the_same_move_of_another_task_frees_nothing_here(editor, cursor, completed):
    number = last_change(cursor)
    other = add_task(cursor, status=TaskStatus.PROCESSING)
    cursor.execute("UPDATE tasks SET status = 'COMPLETED' WHERE id = %s", [str(other)])
    move = last_change(cursor, other)
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg'")
    form = read_form(undo(editor, number))
    page = form.send(editor, undoes=str(move))
    assert page.status_code == 400
    assert "damaged" in read_text(page)
    assert read_task(cursor, completed)["status"] == "COMPLETED"


def test_a_change_while_choosing_is_a_conflict_again(editor, cursor):
    task_id = add_task(cursor, "before.jpg")
    cursor.execute("UPDATE tasks SET filename = 'after.jpg'")
    number = last_change(cursor)
    cursor.execute("UPDATE tasks SET filename = 'second.jpg'")
    form = read_form(undo(editor, number))
    cursor.execute("UPDATE tasks SET filename = 'third.jpg'")
    page = form.send(editor, choice_filename="yours")
    assert page.status_code == 409
    again = read_form(page)
    assert again.fields["undoes"] == str(number)
    assert again.send(editor, choice_filename="yours").status_code == 303
    assert read_task(cursor, task_id)["filename"] == "before.jpg"
    assert read_history(cursor)[-1].action == "undo"


def test_choosing_needs_the_right_to_edit(settings, cursor):
    task_id = add_task(cursor, "before.jpg")
    cursor.execute("UPDATE tasks SET filename = 'after.jpg'")
    number = last_change(cursor)
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg'")
    with host_with(settings, access=Only(Action.SEE, Action.UNDO)) as client:
        page = client.get(f"/admin/tasks/history/{number}/undo")
        answer = read_form(page).send(client)
        assert answer.status_code == 403
        assert "may not edit" in read_text(answer)
    assert read_task(cursor, task_id)["filename"] == "theirs.jpg"


def test_settling_an_undo_needs_the_right_to_undo(settings, editor, cursor):
    task_id = add_task(cursor, "before.jpg")
    cursor.execute("UPDATE tasks SET filename = 'after.jpg'")
    number = last_change(cursor)
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg'")
    form = read_form(undo(editor, number))
    with host_with(settings, access=Only(Action.SEE, Action.EDIT)) as client:
        edit = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
        form.fields["csrf_token"] = edit.fields["csrf_token"]
        assert form.send(client, choice_filename="yours").status_code == 403
    assert read_task(cursor, task_id)["filename"] == "theirs.jpg"


def test_what_is_put_back_already_is_no_conflict(editor, cursor):
    task_id = add_task(cursor, "before.jpg")
    cursor.execute("UPDATE tasks SET filename = 'after.jpg'")
    number = last_change(cursor)
    cursor.execute("UPDATE tasks SET filename = 'before.jpg', status = 'FAILED'")
    page = editor.get(f"/admin/history/{number}/undo")
    assert "There is nothing to undo" in read_text(page)
    assert read_task(cursor, task_id)["version"] == 3


def test_another_task_of_that_id_is_told_apart(editor, cursor):
    task_id = add_task(cursor, "before.jpg")
    cursor.execute("UPDATE tasks SET filename = 'after.jpg'")
    number = last_change(cursor)
    cursor.execute("DELETE FROM tasks")
    cursor.execute("INSERT INTO tasks (id, filename) VALUES (%s, 'after.jpg')", [str(task_id)])
    page = undo(editor, number)
    assert page.status_code == 409
    assert "was deleted, and this one created under the same id" in read_text(page)
    assert read_task(cursor, task_id)["filename"] == "after.jpg"
