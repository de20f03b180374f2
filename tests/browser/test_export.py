"""A person takes what they have found away as a file."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.widths import get_width
from tests.factories import add_task


def test_what_was_searched_for_is_downloaded(page: Page, cursor):
    add_task(cursor, "=cat.jpg")
    add_task(cursor, "dog.jpg")
    page.goto("/admin/tasks/?search=cat")
    page.get_by_text("Export…").click()
    page.get_by_label("Format").select_option("CSV, for spreadsheets")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export all that match").click()
    assert download.value.suggested_filename.startswith("tasks-20")
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 2
    assert ",'=cat.jpg," in lines[1]
    expect(page.get_by_role("heading", name="Tasks")).to_be_visible()


def test_the_form_fits_a_phone(page: Page, cursor):
    page.set_viewport_size({"width": 360, "height": 740})
    add_task(cursor)
    page.goto("/admin/tasks/")
    page.get_by_text("Export…").click()
    expect(page.get_by_role("button", name="Export all tasks")).to_be_visible()
    assert get_width(page) <= 360
    page.goto(f"/admin/tasks/export?search={'x' * 255}")
    assert get_width(page) <= 360
