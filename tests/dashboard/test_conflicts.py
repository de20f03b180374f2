"""When the task changed since the form was opened, nothing is lost and the person chooses."""

import pytest

from tests.dashboard.forms import read_form, read_page, read_text
from tests.factories import add_task, read_task
from vision_tasks.lifecycle import TaskStatus

BASE = '{"cats": 1}'


@pytest.fixture
def task_id(cursor):
    return add_task(cursor, "base.jpg", status=TaskStatus.PROCESSING, result=BASE)


@pytest.fixture
def form(client, task_id):
    return read_form(client.get(f"/admin/tasks/{task_id}/edit"))


def change(cursor, task_id, assignments):
    cursor.execute(f"UPDATE tasks SET {assignments} WHERE id = %s", (str(task_id),))


def values(cursor, task_id):
    row = read_task(cursor, task_id)
    return row["status"], row["filename"], row["result"]


def test_a_save_after_somebody_elses_writes_nothing_and_shows_all_three(
    client, cursor, task_id, form
):
    change(cursor, task_id, """result = '{"cats": 2}'""")
    before = read_task(cursor, task_id)
    page = form.send(client, result='{"cats": 3}')
    assert page.status_code == 409
    assert read_task(cursor, task_id) == before
    text = read_text(page)
    assert all(value in text for value in ('{"cats": 1}', '{"cats": 2}', '{"cats": 3}'))
    assert {"ins", "del"} <= {tag for tag, _ in read_page(page).tags}


def test_a_change_of_another_column_is_a_conflict_too(client, cursor, task_id, form):
    change(cursor, task_id, "filename = 'theirs.jpg'")
    page = form.send(client, result="[]")
    assert page.status_code == 409
    conflict = read_form(page)
    assert conflict.fields["choice_filename"] == "theirs"
    assert conflict.fields["choice_result"] == "yours"
    assert "choice_status" not in conflict.options
    assert conflict.send(client).status_code == 303
    assert values(cursor, task_id) == ("PROCESSING", "theirs.jpg", "[]")


def test_a_field_that_both_changed_must_be_chosen(client, cursor, task_id, form):
    change(cursor, task_id, "filename = 'theirs.jpg'")
    conflict = read_form(form.send(client, filename="yours.jpg"))
    assert "choice_filename" not in conflict.fields
    again = conflict.send(client)
    assert again.status_code == 400
    assert "choose one of them" in read_text(again)
    assert values(cursor, task_id)[1] == "theirs.jpg"
    assert read_form(again).send(client, choice_filename="yours").status_code == 303
    assert values(cursor, task_id) == ("PROCESSING", "yours.jpg", BASE)


def test_choosing_theirs_writes_nothing(client, cursor, task_id, form):
    change(cursor, task_id, "filename = 'theirs.jpg'")
    conflict = read_form(form.send(client, filename="yours.jpg"))
    before = read_task(cursor, task_id)
    done = conflict.send(client, choice_filename="theirs")
    assert "nothing was written" in read_text(client.get(done.location))
    assert read_task(cursor, task_id) == before


def test_their_change_can_be_taken_back(client, cursor, task_id, form):
    change(cursor, task_id, "filename = 'theirs.jpg', result = NULL")
    conflict = read_form(form.send(client, status="COMPLETED"))
    conflict.send(client, choice_filename="yours", choice_result="yours")
    assert values(cursor, task_id) == ("COMPLETED", "base.jpg", BASE)


def test_a_result_can_be_put_together_by_hand(client, cursor, task_id, form):
    change(cursor, task_id, "result = '{\"cats\": 2}'")
    conflict = read_form(form.send(client, result='{"cats": 1, "dogs": 1}'))
    assert conflict.fields["merged_result"] == '{"cats": 1, "dogs": 1}'
    broken = conflict.send(client, choice_result="merged", merged_result='{"cats": 2,\n "dogs": }')
    assert broken.status_code == 400
    assert "line 2, column 10" in read_text(broken)
    again = read_form(broken)
    assert again.fields["merged_result"] == '{"cats": 2,\n "dogs": }'
    assert again.fields["choice_result"] == "merged"
    again.send(client, merged_result='{"cats": 2, "dogs": 1}')
    assert values(cursor, task_id)[2] == '{"cats": 2, "dogs": 1}'


def test_a_move_that_is_no_longer_legal_is_shown_with_its_reason(editor, cursor, task_id):
    form = read_form(editor.get(f"/admin/tasks/{task_id}/edit"))
    change(cursor, task_id, "status = 'COMPLETED'")
    page = form.send(editor, status="FAILED")
    conflict = read_form(page)
    assert conflict.disabled == [("choice_status", "yours")]
    assert "COMPLETED cannot become FAILED, only PENDING" in read_text(page)
    conflict.options["choice_status"].append("yours")
    forged = conflict.send(editor, choice_status="yours")
    assert forged.status_code == 400
    assert "cannot be yours" in read_text(forged)
    assert values(cursor, task_id)[0] == "COMPLETED"


def test_a_second_change_while_choosing_is_a_conflict_again(client, cursor, task_id, form):
    change(cursor, task_id, "filename = 'first.jpg'")
    conflict = read_form(form.send(client, filename="yours.jpg"))
    change(cursor, task_id, "filename = 'second.jpg'")
    page = conflict.send(client, choice_filename="yours")
    assert page.status_code == 409
    text = read_text(page)
    assert all(name in text for name in ("first.jpg", "second.jpg", "yours.jpg"))
    read_form(page).send(client, choice_filename="yours")
    assert values(cursor, task_id)[1] == "yours.jpg"


def test_the_same_change_on_both_sides_needs_no_choice(client, cursor, task_id, form):
    change(cursor, task_id, "filename = 'same.jpg', result = '[0]'")
    page = form.send(client, filename="same.jpg", result="[7]")
    assert page.status_code == 409
    assert "the same on both sides" in read_text(page)
    assert set(read_form(page).options) == {"choice_result"}


def test_a_task_deleted_meanwhile_leaves_what_was_typed(client, cursor, task_id, form):
    cursor.execute("DELETE FROM tasks WHERE id = %s", (str(task_id),))
    page = form.send(client, result='{"typed": "by hand"}', filename="typed.jpg")
    assert page.status_code == 404
    text = read_text(page)
    assert "deleted meanwhile" in text
    assert '{"typed": "by hand"}' in text
    assert "typed.jpg" in text


def test_an_untouched_form_never_meets_a_conflict(client, cursor, task_id, form):
    change(cursor, task_id, "filename = 'theirs.jpg'")
    before = read_task(cursor, task_id)
    assert form.send(client).status_code == 303
    assert read_task(cursor, task_id) == before


@pytest.mark.parametrize("name", ["base", "theirs", "yours", "version", "born_at"])
def test_a_tampered_conflict_form_writes_nothing(client, cursor, task_id, form, name):
    change(cursor, task_id, "filename = 'theirs.jpg'")
    before = read_task(cursor, task_id)
    conflict = read_form(form.send(client, filename="yours.jpg", result="[7]"))
    for value in ("", "x", "null", "[1,2,3,4]", "[" * 100_000, "9" * 30, "-1"):
        page = conflict.send(client, choice_filename="yours", **{name: value})
        assert page.status_code == 400
        assert "yours.jpg" in read_text(page) or name == "yours"
    assert read_task(cursor, task_id) == before


def test_a_result_grown_too_long_meanwhile_can_be_kept_or_replaced(client, cursor, task_id, form):
    change(cursor, task_id, "result = to_jsonb(repeat('x', 2000000))")
    page = form.send(client, result="[1]")
    assert "too long to show" in read_text(page)
    assert "merged_result" not in read_form(page).fields
    read_form(page).send(client, choice_result="yours")
    assert values(cursor, task_id)[2] == "[1]"


def test_a_result_that_was_too_long_for_the_form_cannot_be_written_back(client, cursor, task_id):
    change(cursor, task_id, "result = to_jsonb(repeat('x', 2000000))")
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    change(cursor, task_id, "result = '[2]'")
    conflict = read_form(form.send(client, filename="yours.jpg"))
    assert conflict.disabled == [("choice_result", "yours")]
    assert conflict.send(client).status_code == 303
    assert values(cursor, task_id) == ("PROCESSING", "yours.jpg", "[2]")
