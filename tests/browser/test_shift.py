"""A shift at the desk: signing in, a conflict with the API, history, many tasks, the way back."""

import json
import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.signing_in import enter
from tests.dashboard.people import PASSWORD, add_person
from tests.factories import add_task
from tests.keys import KEY_NAME, make_headers
from tests.servers import serve_api
from tests.waiting import wait_for
from vision_tasks.lifecycle import TaskStatus

MANY = 30_000
TIMEOUT = json.dumps({"error": "timeout"})


@pytest.fixture
def person(chromium: Browser, served) -> Iterator[Page]:
    """A page of somebody who comes in; its console stays empty, so no breach of the policy."""
    context = chromium.new_context(base_url=served[1], viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    # Chromium notes the status of our own page that tells of a conflict.
    assert [text for text in complaints if "409 (Conflict)" not in text] == []


@pytest.fixture
def api(served) -> Iterator[httpx.Client]:
    with serve_api(served[0]) as url, httpx.Client(base_url=url, headers=make_headers()) as client:
        yield client


def come_in(page: Page, cursor, role: str) -> str:
    email = f"{role}.at.work@example.org"
    add_person(cursor, role, email=email, password=PASSWORD)
    page.goto("/admin/tasks/")
    enter(page, email, PASSWORD)
    expect(page.get_by_role("heading", name="Tasks")).to_be_visible()
    return email


def patch(api: httpx.Client, task_id, **changes) -> None:
    answer = api.patch(
        f"/api/v1/tasks/{task_id}",
        json=changes,
        headers={"If-Match": "*", "Content-Type": "application/merge-patch+json"},
    )
    assert answer.status_code == 200, answer.text


def test_a_failed_task_is_put_right_while_the_api_completes_it(person: Page, api, cursor):
    task_id = add_task(cursor, "cat.jpg", status=TaskStatus.FAILED, result=TIMEOUT)
    add_task(cursor, "other.jpg")
    email = come_in(person, cursor, "editor")
    person.get_by_label("Status").select_option("FAILED")
    person.get_by_role("button", name="Show").click()
    person.get_by_role("link", name="Edit cat.jpg").click()
    person.get_by_label("Filename").fill("cat-fixed.jpg")
    person.get_by_label("Reason").fill("a typing error of the camera")
    for status in ("PENDING", "PROCESSING", "COMPLETED"):
        patch(api, task_id, status=status)
    patch(api, task_id, result={"objects": 3}, filename="cat-of-the-api.jpg")
    person.get_by_role("button", name="Save").click()

    expect(person.get_by_role("heading", name="Changed meanwhile")).to_be_visible()
    person.get_by_role("group", name=re.compile("^Filename")).get_by_label("Yours").check()
    person.get_by_role("button", name="Save what I chose").click()
    expect(person.get_by_role("heading", name="cat-fixed.jpg")).to_be_visible()
    history = person.get_by_role("region", name="History")
    expect(history).to_contain_text(f"staff:{email}")
    expect(history).to_contain_text(f"key:{KEY_NAME}")
    expect(history).to_contain_text("a typing error of the camera")

    person.get_by_role("link", name=re.compile("^Undo")).first.click()
    person.get_by_role("button", name="Undo it").click()
    expect(person.get_by_role("heading", name="cat-of-the-api.jpg")).to_be_visible()
    cursor.execute(
        "SELECT status::text, result->>'objects' FROM tasks WHERE id = %s", [str(task_id)]
    )
    assert cursor.fetchone() == ("COMPLETED", "3")
    person.get_by_role("link", name="History", exact=True).click()
    expect(person.get_by_role("main")).to_contain_text("undo")


def count_done(cursor) -> int:
    cursor.execute("SELECT count(*) FROM task_batch_chunks WHERE done_at IS NOT NULL")
    return int(cursor.fetchone()[0])


@pytest.mark.timeout(120)
def test_all_that_failed_are_retried_stopped_half_way_and_taken_back(person: Page, cursor):
    cursor.execute(
        "INSERT INTO tasks (filename, status, result) SELECT 'night-' || n || '.jpg',"
        " 'FAILED', %s::jsonb FROM generate_series(1, %s) AS n",
        (TIMEOUT, MANY),
    )
    add_task(cursor, "day.jpg", status=TaskStatus.FAILED)
    come_in(person, cursor, "editor")
    person.get_by_label("Filename or id").fill("night-")
    person.get_by_role("button", name="Show").click()
    person.get_by_label("Action").select_option("retry")
    person.get_by_role("button", name="on everything that matches").click()
    expect(person.get_by_role("heading", name="Retry: 30,000 tasks would change")).to_be_visible()
    person.get_by_label("Reason").fill("the network is back")
    person.get_by_label(re.compile("^Type 30000")).fill("30000")
    # Somebody holds a task of the third chunk, so that there is time to press the button.
    cursor.execute(
        "SELECT id::text FROM tasks WHERE filename LIKE 'night-%' ORDER BY created_at DESC, id DESC"
        " OFFSET 2500 LIMIT 1"
    )
    held = cursor.fetchone()
    cursor.execute("BEGIN")
    cursor.execute("SELECT FROM tasks WHERE id = %s FOR UPDATE", held)
    person.get_by_role("button", name="Retry: 30,000 tasks").click()
    wait_for(lambda: count_done(cursor) == 2, "two chunks")
    person.get_by_role("button", name="Stop").click(no_wait_after=True)
    cursor.execute("COMMIT")
    expect(person.get_by_role("heading", name="stopped")).to_be_visible(timeout=30_000)
    cursor.execute("SELECT count(*) FROM tasks WHERE status = 'PENDING'")
    changed = cursor.fetchone()[0]
    assert 2_000 < changed < MANY

    person.get_by_role("button", name="Undo what was done").click()
    person.get_by_label(re.compile("^Type")).fill(str(changed))
    person.get_by_role("button", name="Undo of retry").click()
    expect(person.get_by_role("heading", name="tasks changed")).to_be_visible(timeout=30_000)
    cursor.execute("SELECT count(*) FROM tasks WHERE status = 'FAILED'")
    assert cursor.fetchone() == (MANY + 1,)


def test_a_viewer_finds_no_buttons_and_is_refused(person: Page, cursor):
    task_id = add_task(cursor, "cat.jpg", status=TaskStatus.FAILED)
    come_in(person, cursor, "viewer")
    for path in ("/admin/tasks/", f"/admin/tasks/{task_id}/", "/admin/history/"):
        person.goto(path)
        for name in ("Edit", "Delete", "Undo", "New task", "API keys", "Staff"):
            expect(person.get_by_role("link", name=re.compile(f"^{name}"))).to_have_count(0)
        expect(person.locator("#bulk-action")).to_have_count(0)
        expect(person.get_by_role("checkbox")).to_have_count(0)
    token = person.locator("input[name=csrf_token]").first.get_attribute("value") or ""
    for path in (f"{task_id}/edit", f"{task_id}/delete", "new", "bulk/prepare"):
        answer = person.request.post(f"/admin/tasks/{path}", form={"csrf_token": token})
        assert answer.status == 403, path
