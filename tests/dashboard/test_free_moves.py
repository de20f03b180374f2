"""Moves that are not legal: for whoever may make them, with a reason, and never unseen."""

import pytest

from tests.dashboard.forms import read_form, read_text
from tests.factories import add_task, read_task
from tests.histories import read_history
from vision_tasks.lifecycle import TaskStatus, is_legal

PAIRS = [(one, other) for one in TaskStatus for other in TaskStatus if not is_legal(one, other)]


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_an_admin_makes_any_move_with_a_reason(client, cursor, source, target):
    task_id = add_task(cursor, status=source)
    page = client.get(f"/admin/tasks/{task_id}/edit")
    assert f"{target} — needs a reason" in read_text(page)
    form = read_form(page)
    assert form.send(client, status=target, reason=" done by hand ").status_code == 303
    assert read_task(cursor, task_id)["status"] == target
    row = read_history(cursor)[-1]
    assert (row.actor, row.action, row.reason) == (
        "staff:admin@example.org",
        "change",
        "done by hand",
    )


@pytest.mark.parametrize("reason", ["", "  "])
def test_without_a_reason_the_field_is_named_and_nothing_lost(client, cursor, reason):
    task_id = add_task(cursor)
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    page = form.send(client, status="COMPLETED", filename="typed.jpg", reason=reason)
    assert page.status_code == 400
    assert "reason is needed to make a task that is PENDING COMPLETED" in read_text(page)
    again = read_form(page)
    assert (again.fields["status"], again.fields["filename"]) == ("COMPLETED", "typed.jpg")
    assert read_task(cursor, task_id)["version"] == 1
    assert again.send(client, reason="found it done").status_code == 303
    assert read_task(cursor, task_id)["status"] == "COMPLETED"


def test_a_legal_move_needs_no_reason(client, cursor):
    task_id = add_task(cursor)
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    assert form.send(client, status="PROCESSING").status_code == 303
    assert read_history(cursor)[-1].reason is None


def test_an_editor_is_offered_none_and_a_forged_one_is_refused(editor, cursor):
    task_id = add_task(cursor, status=TaskStatus.COMPLETED)
    page = editor.get(f"/admin/tasks/{task_id}/edit")
    assert read_form(page).options["status"] == ["COMPLETED", "PENDING"]
    assert "usual" not in read_text(page)
    forged = read_form(page).send(editor, status="FAILED", reason="because I say so")
    assert forged.status_code == 400
    assert "cannot become FAILED" in read_text(forged)
    assert read_task(cursor, task_id)["version"] == 1


def test_the_move_is_made_only_out_of_the_status_that_was_seen(client, cursor):
    task_id = add_task(cursor)
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    form.fields["base"] = form.fields["base"].replace("PENDING", "FAILED")
    page = form.send(client, status="COMPLETED", reason="forged")
    assert page.status_code == 409
    assert read_task(cursor, task_id)["status"] == "PENDING"


def test_a_conflict_lets_an_admin_choose_it_with_a_reason(client, cursor):
    task_id = add_task(cursor, status=TaskStatus.PROCESSING)
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    cursor.execute("UPDATE tasks SET status = 'COMPLETED'")
    page = form.send(client, status="FAILED")
    assert page.status_code == 409
    assert "Not a usual move: it needs a reason" in read_text(page)
    conflict = read_form(page)
    refused = conflict.send(client, choice_status="yours")
    assert refused.status_code == 400
    assert "reason is needed" in read_text(refused)
    again = read_form(refused)
    assert again.fields["choice_status"] == "yours"
    assert again.send(client, reason="it did fail").status_code == 303
    assert read_task(cursor, task_id)["status"] == "FAILED"
    assert read_history(cursor)[-1].reason == "it did fail"
