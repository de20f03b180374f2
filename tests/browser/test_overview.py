"""The overview keeps up in its place, and what went wrong is one click away."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import list_faults
from tests.browser.live_desk import serve_live
from tests.browser.widths import get_width
from tests.databases import Databases
from tests.factories import add_task
from vision_tasks.config import Settings
from vision_tasks.lifecycle import TaskStatus

TIMEOUT = json.dumps({"error": "timeout"})


@pytest.fixture(scope="module")
def served(databases: Databases, template: str) -> Iterator[tuple[Settings, str]]:
    with databases.create(template=template) as settings, serve_live(settings) as url:
        yield settings, url


def test_counts_age_and_charts_keep_up_and_what_is_open_stays_open(page: Page, cursor):
    # Half-way through a transition a colour is neither of the two.
    page.emulate_media(reduced_motion="reduce")
    page.goto("/admin/")
    counts = page.get_by_role("list", name="Tasks by status")
    expect(counts).to_contain_text("0")
    page.get_by_text("The numbers").first.click()
    came = page.get_by_role("img").first
    words = came.get_attribute("aria-label") or ""
    page.evaluate("() => { document.querySelector('.desk-counts a').isTheSame = true; }")
    for number in range(3):
        add_task(cursor, f"{number}.jpg")
    expect(counts).to_contain_text("3")
    expect(page.get_by_role("region", name="Waiting longest")).to_contain_text("0.jpg has waited")
    expect(came).not_to_have_attribute("aria-label", words)
    expect(page.get_by_role("table").first).to_be_visible()
    assert page.evaluate("() => document.querySelector('.desk-counts a').isTheSame")
    assert list_faults(page) == []


def test_what_failed_is_seen_and_retried_and_no_button_changes_under_a_pointer(page: Page, cursor):
    for number in range(3):
        add_task(cursor, f"late-{number}.jpg", status=TaskStatus.FAILED, result=TIMEOUT)
    page.goto("/admin/")
    failures = page.get_by_role("region", name="What went wrong")
    expect(failures).to_contain_text("timeout")
    button = failures.get_by_role("button", name=re.compile("Retry all.*timeout"))
    button.hover()
    for _ in range(5):
        add_task(cursor, status=TaskStatus.FAILED, result='{"error": "disk"}')
    expect(page.get_by_role("list", name="Tasks by status")).to_contain_text("8")
    expect(failures).not_to_contain_text("disk")
    page.get_by_role("heading", name="Overview").hover()
    expect(failures).to_contain_text("disk")

    failures.get_by_role("link", name="timeout").click()
    expect(page.get_by_role("row", name="late-1.jpg")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(3)
    page.go_back()
    button.click()
    expect(page.get_by_role("heading", name="Retry: 3 tasks would change")).to_be_visible()


def test_a_page_to_sign_in_that_a_host_sends_instead_is_no_news(page: Page, cursor):
    add_task(cursor)
    page.route(
        "**/admin/live*", lambda route: route.fulfill(body="<form>", content_type="text/html")
    )
    page.goto("/admin/")
    expect(page.locator("#overview-note")).to_contain_text("cannot be reached")
    expect(page.get_by_role("list", name="Tasks by status")).to_contain_text("PENDING")


def test_it_fits_any_screen(page: Page, cursor):
    add_task(cursor, "x" * 255, status=TaskStatus.FAILED, result=json.dumps({"error": "y" * 900}))
    add_task(cursor, "x" * 255)
    page.goto("/admin/")
    for one in page.get_by_text("The numbers").all():
        one.click()
    for width in (1280, 640, 360):
        page.set_viewport_size({"width": width, "height": 740})
        assert get_width(page) <= width
