"""A person ticks tasks and deletes them, while somebody else is at work on one of them."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.widths import get_width
from tests.factories import add_task


@pytest.fixture
def ids(cursor):
    return {name: add_task(cursor, f"{name}.jpg") for name in ("one", "two", "three", "four")}


def count(cursor):
    cursor.execute("SELECT count(*) FROM tasks")
    return cursor.fetchone()[0]


def test_two_are_ticked_and_one_of_them_changes_meanwhile(page: Page, cursor, ids):
    page.goto("/admin/tasks/?search=jpg")
    page.get_by_role("checkbox", name="Tick one.jpg").check()
    page.get_by_role("checkbox", name="Tick two.jpg").check()
    page.get_by_role("button", name="Delete ticked").click()
    expect(page.get_by_role("heading", name="Delete 2 tasks?")).to_be_visible()
    expect(page.get_by_text("three.jpg")).to_have_count(0)
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg' WHERE id = %s", (str(ids["two"]),))
    page.get_by_role("button", name="Delete these 2 tasks").click()

    expect(page.get_by_role("heading", name="1 task deleted")).to_be_visible()
    expect(page.get_by_text("changed meanwhile and therefore kept")).to_be_visible()
    assert count(cursor) == 3
    page.get_by_role("link", name="theirs.jpg").click()
    expect(page.get_by_role("heading", name="theirs.jpg")).to_be_visible()
    page.get_by_role("link", name="Back to the list").click()
    expect(page.get_by_label("Filename or id")).to_have_value("jpg")


def test_all_on_a_page_are_ticked_at_once(page: Page, cursor, ids):
    page.goto("/admin/tasks/")
    everything = page.get_by_label("Tick all on this page")
    last = page.get_by_role("checkbox", name="Tick four.jpg")
    everything.check()
    expect(last).to_be_checked()
    last.uncheck()
    assert everything.evaluate("box => box.indeterminate")
    last.check()
    expect(everything).to_be_checked()
    everything.uncheck()
    expect(last).not_to_be_checked()
    everything.check()
    page.get_by_role("button", name="Delete ticked").click()
    page.get_by_role("button", name=f"Delete these {len(ids)} tasks").click()
    expect(page.get_by_role("heading", name="4 tasks deleted")).to_be_visible()
    assert count(cursor) == 0


def test_keeping_them_deletes_nothing_and_ticks_nothing(page: Page, cursor, ids):
    page.goto("/admin/tasks/")
    page.get_by_role("checkbox", name="Tick one.jpg").check()
    page.get_by_role("button", name="Delete ticked").click()
    page.get_by_role("link", name="Keep it").click()
    expect(page.get_by_role("checkbox", name="Tick one.jpg")).not_to_be_checked()
    page.get_by_role("button", name="Delete ticked").click()
    expect(page.get_by_text("Nothing is ticked")).to_be_visible()
    assert count(cursor) == len(ids)


def test_without_javascript_it_works_row_by_row(chromium: Browser, served, cursor, ids):
    context = chromium.new_context(base_url=served[1], java_script_enabled=False)
    page = context.new_page()
    page.goto("/admin/tasks/")
    expect(page.get_by_label("Tick all on this page")).to_be_hidden()
    page.get_by_role("checkbox", name="Tick one.jpg").check()
    page.get_by_role("button", name="Delete ticked").click()
    page.get_by_role("button", name="Delete this task").click()
    expect(page.get_by_role("heading", name="1 task deleted")).to_be_visible()
    context.close()
    assert count(cursor) == len(ids) - 1


def test_the_question_and_the_report_fit_a_phone(page: Page, cursor):
    page.set_viewport_size({"width": 360, "height": 740})
    kept = add_task(cursor, "x" * 255)
    add_task(cursor, "y" * 255)
    page.goto("/admin/tasks/")
    page.get_by_label("Tick all on this page").check()
    page.get_by_role("button", name="Delete ticked").click()
    expect(page.get_by_role("heading", name="Delete 2 tasks?")).to_be_visible()
    assert get_width(page) <= 360
    cursor.execute("UPDATE tasks SET result = '1' WHERE id = %s", (str(kept),))
    page.get_by_role("button", name="Delete these 2 tasks").click()
    expect(page.get_by_role("heading", name="1 task deleted")).to_be_visible()
    assert get_width(page) <= 360
