"""The pages that answer a form, one after the other, for whoever looks at each."""

import json
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page, expect

from tests.factories import add_task
from vision_tasks.lifecycle import TaskStatus

RESULT = json.dumps({"error": "timeout", "boxes": [[n, n * 2] for n in range(30)], "k" * 80: {}})


def read_change(cursor: Any) -> int:
    """Read the number of the last change."""
    cursor.execute("SELECT max(id) FROM task_changes")
    return int(cursor.fetchone()[0])


def visit_answers(desk: Page, cursor: Any) -> Iterator[str]:
    """Send one form after the other, and yield the name of each page that answers."""
    task_id = add_task(cursor, "base.jpg", result=RESULT)
    failed = add_task(cursor, "failed.jpg", status=TaskStatus.FAILED)
    desk.goto(f"/admin/tasks/{task_id}/edit")
    desk.get_by_label("Filename").fill("")
    desk.get_by_role("button", name="Save").click()
    yield "an edit that cannot be saved"
    desk.get_by_label("Filename").fill("mine.jpg")
    desk.get_by_label("Result").fill('{"k": 1}')
    cursor.execute(
        "UPDATE tasks SET filename = 'theirs.jpg', result = '{\"n\": 1}' WHERE id = %s",
        (str(task_id),),
    )
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_role("heading", name="Changed meanwhile")).to_be_visible()
    yield "a conflict"
    for field in ("Filename", "Result"):
        desk.get_by_role("group", name=field).get_by_label("Yours").check()
    desk.get_by_role("button", name="Save what I chose").click()
    expect(desk.get_by_text("Saved: ")).to_be_visible()
    yield "a message"
    desk.goto("/admin/tasks/")
    desk.get_by_label("Tick failed.jpg").check()
    desk.get_by_label("Action").select_option("set result")
    desk.get_by_role("button", name="on the ticked").click()
    yield "an order"
    desk.get_by_label("The result").fill('{"a": 2}')
    desk.get_by_role("button", name="See what would change").click()
    desk.get_by_role("button", name="Set result: 1 task").click()
    expect(desk.get_by_role("heading", name="1 task changed")).to_be_visible()
    yield "a report"
    cursor.execute("UPDATE tasks SET result = '5' WHERE id = %s", (str(failed),))
    desk.get_by_role("button", name="Undo what was done").click()
    expect(desk.get_by_text("Left as they were")).to_be_visible()
    yield "the dry run of an undo"
    desk.goto(f"/admin/history/{read_change(cursor) - 1}/undo")
    yield "an undo in conflict"
    cursor.execute("DELETE FROM tasks WHERE id = %s", (str(failed),))
    desk.goto(f"/admin/tasks/{failed}/")
    yield "a task that is gone"
    desk.goto("/admin/api-keys/new")
    desk.get_by_role("button", name="Make the key").click()
    yield "a key without a name"
    desk.get_by_label("Name").fill("ingest-2")
    desk.get_by_label("tasks:read").check()
    desk.get_by_role("button", name="Make the key").click()
    expect(desk.get_by_text("shown only now")).to_be_visible()
    yield "a new key"
