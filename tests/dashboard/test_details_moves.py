"""The move that a task is most likely to need, from its own page, through the same dry run."""

import pytest

from tests.dashboard.bulk.orders import find_form, run
from tests.dashboard.forms import read_page, read_text
from tests.factories import add_task, read_task
from vision_tasks.lifecycle import TaskStatus


@pytest.mark.parametrize(
    ("status", "button", "becomes"),
    [
        (TaskStatus.FAILED, "Retry…", "PENDING"),
        (TaskStatus.COMPLETED, "Run again…", "PENDING"),
        (TaskStatus.PENDING, "Cancel…", "FAILED"),
    ],
)
def test_a_task_is_moved_by_a_button_of_its_page(client, cursor, status, button, becomes):
    task_id = add_task(cursor, status=status)
    bystander = add_task(cursor, status=status)
    page = client.get(f"/admin/tasks/{task_id}/?back=status%3D{status}")
    assert button in read_text(page)
    keys = [v["data-key"] for tag, v in read_page(page).tags if tag == "button" and "data-key" in v]
    assert ("r" in keys) == (status is not TaskStatus.PENDING)
    dry_run = find_form(page, "/bulk/prepare").send(client).location
    assert read_task(cursor, task_id)["status"] == status
    run(client, dry_run)
    assert read_task(cursor, task_id)["status"] == becomes
    assert read_task(cursor, bystander)["status"] == status


def test_one_that_is_being_processed_has_none(client, cursor):
    task_id = add_task(cursor, status=TaskStatus.PROCESSING)
    assert "/bulk/prepare" not in client.get(f"/admin/tasks/{task_id}/").get_data(as_text=True)


def test_whoever_may_not_has_none(viewer, cursor):
    task_id = add_task(cursor, status=TaskStatus.FAILED)
    page = viewer.get(f"/admin/tasks/{task_id}/").get_data(as_text=True)
    assert "/bulk/prepare" not in page
    assert 'data-key="e"' not in page


def test_a_task_that_has_changed_since_is_left_alone(client, cursor):
    task_id = add_task(cursor, status=TaskStatus.FAILED)
    form = find_form(client.get(f"/admin/tasks/{task_id}/"), "/bulk/prepare")
    cursor.execute("UPDATE tasks SET filename = 'new.jpg'")
    assert "0 tasks" in read_text(client.get(form.send(client).location))
