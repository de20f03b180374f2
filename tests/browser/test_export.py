"""A person takes what they have found away as a file."""

import re
from pathlib import Path
from urllib.parse import parse_qs

import httpx
from playwright.sync_api import Page, Route, expect

from tests.browser.widths import get_width
from tests.factories import add_task

TASKS = 100
# Together more than any buffer on the way can take.
FILL = """
INSERT INTO tasks (filename, result)
SELECT number || '.jpg', to_jsonb(repeat(md5(number::text), 8192))
  FROM generate_series(1, %s) AS number"""

SECOND = 1000
LEAST_TRIES = 20
SET_HIDDEN = """(isHidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


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
    expect(page.get_by_text("Done: 1 task.")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)


def test_the_page_shows_how_far_it_is_and_how_it_ended(page: Page, served, cursor):
    cursor.execute(FILL, (TASKS,))
    cursor.execute("ANALYZE tasks")
    page.goto("/admin/tasks/export")
    sent: list[dict[str, list[str]]] = []

    def catch(route: Route) -> None:
        sent.append(parse_qs(route.request.post_data))
        # The page stays, as it does when a download begins.
        route.fulfill(status=204)

    page.route("**/tasks/export", catch)
    with page.expect_request("**/tasks/export"):
        page.get_by_role("button", name="Export all tasks").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    cookies = {one["name"]: one["value"] for one in page.context.cookies()}
    # A browser takes a file in too fast to be looked at; this takes it as slowly as we like.
    with (
        httpx.Client(cookies=cookies, verify=False) as client,
        client.stream("POST", f"{served[1]}/admin/tasks/export", data=sent[0]) as answer,
    ):
        pieces = answer.iter_raw()
        next(pieces)
        line = page.get_by_role("form", name="Export").get_by_role("status")
        expect(line).to_contain_text(re.compile(r"^\d+ tasks? so far, [\d.]+ MB, of about 100\.$"))
        assert page.get_by_role("progressbar").get_attribute("max") == str(TASKS)
        for _ in pieces:
            pass
    expect(line).to_have_text("Done: 100 tasks.")
    expect(page.get_by_role("progressbar")).to_have_count(0)


def test_a_hidden_tab_asks_for_nothing_until_it_is_seen_again(page: Page):
    page.clock.install()
    page.goto("/admin/tasks/export")
    page.route("**/tasks/export", lambda route: route.fulfill(status=204))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_request("**/tasks/export"):
        page.get_by_role("button", name="Export all tasks").click()
    with page.expect_response("**/tasks/export/*"):
        page.clock.run_for(SECOND)
    page.evaluate(SET_HIDDEN, arg=True)
    before = len(asked)
    page.clock.run_for(10 * SECOND)
    assert len(asked) == before
    page.evaluate(SET_HIDDEN, arg=False)
    with page.expect_response("**/tasks/export/*"):
        page.clock.run_for(SECOND)


def test_a_page_that_learns_nothing_says_so_and_asks_no_more(page: Page):
    page.clock.install()
    page.goto("/admin/tasks/export")
    page.route("**/tasks/export", lambda route: route.fulfill(status=204))
    page.route("**/tasks/export/*", lambda route: route.fulfill(json={"state": "waiting"}))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="Export all tasks").click()
    said = page.get_by_text("The history tells of it once it has ended.")
    while not said.is_visible():
        page.clock.run_for(SECOND)
    expect(page.get_by_role("progressbar")).to_have_count(0)
    before = len(asked)
    page.clock.run_for(10 * SECOND)
    assert len(asked) == before > LEAST_TRIES


def test_the_form_fits_a_phone(page: Page, cursor):
    page.set_viewport_size({"width": 360, "height": 740})
    add_task(cursor)
    page.goto("/admin/tasks/")
    page.get_by_text("Export…").click()
    expect(page.get_by_role("button", name="Export all tasks")).to_be_visible()
    assert get_width(page) <= 360
    page.goto(f"/admin/tasks/export?search={'x' * 255}")
    assert get_width(page) <= 360
