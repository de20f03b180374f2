"""The desk in Spanish: on a small screen as well, and back in English at a click."""

import pytest
from playwright.sync_api import expect

from dashboard import create_app
from tests.browser.widths import get_width
from tests.dashboard.people import read_cookies, sign_in
from tests.factories import add_task
from vision_tasks.lifecycle import TaskStatus

WIDTH = 360


@pytest.fixture
def page(chromium, served):
    """A page of an admin whose browser speaks Spanish."""
    settings, url = served
    context = chromium.new_context(
        base_url=url, locale="es-ES", viewport={"width": WIDTH, "height": 800}
    )
    for name, value in read_cookies(sign_in(create_app(settings))).items():
        context.add_cookies([{"name": name, "value": value, "url": url}])
    yield context.new_page()
    context.close()


@pytest.fixture
def task_id(cursor):
    for status in TaskStatus:
        add_task(cursor, f"{status.value}.jpg", status=status, result='{"error": "timeout"}')
    task_id = add_task(cursor, "a.jpg", status=TaskStatus.PROCESSING)
    cursor.execute("UPDATE tasks SET status = 'COMPLETED' WHERE id = %s", (str(task_id),))
    return task_id


def test_no_page_is_wider_than_a_small_screen(page, task_id):
    paths = (
        "", "tasks/", f"tasks/{task_id}/", f"tasks/{task_id}/edit", f"tasks/{task_id}/delete",
        "tasks/new", "history/", "api-keys/", "api-keys/new", "staff/", "staff/new", "account/",
        "tasks/?status=FAILED&search=no",
    )  # fmt: skip
    widths = {}
    for path in paths:
        page.goto(f"/admin/{path}")
        widths[path] = get_width(page)
    assert {path: width for path, width in widths.items() if width > WIDTH} == {}
    page.goto("/admin/tasks/")
    page.get_by_role("button", name="todas las tareas…").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Reintentar")
    assert get_width(page) <= WIDTH


def test_a_click_on_the_other_language_changes_it_and_is_remembered(page, task_id):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"/admin/tasks/?status={TaskStatus.FAILED}")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("Tareas")
    page.get_by_role("link", name="English", exact=True).click()
    expect(heading).to_contain_text("Tasks")
    assert page.locator("html").get_attribute("lang") == "en"
    assert "status=FAILED" in page.url
    page.goto(f"/admin/tasks/{task_id}/")
    expect(page.get_by_role("link", name="Back to the list")).to_be_visible()
    page.get_by_role("link", name="Español", exact=True).click()
    expect(page.get_by_role("link", name="Volver a la lista")).to_be_visible()
