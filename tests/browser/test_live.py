"""An open list keeps up without a reload: quietly, in its place, and only while it is looked at."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live_desk import serve_live
from tests.databases import Databases
from tests.factories import add_task
from vision_tasks.config import Settings
from vision_tasks.lifecycle import TaskStatus

LIST = "/admin/tasks/"
POLL = re.compile(r"/admin/(tasks/)?live\b")
BOXES = "rows => rows.map(row => [row.getBoundingClientRect()].map(one => [one.y, one.height])[0])"
# What a browser says of a tab that somebody has turned away from.
TURN = """visibility => {
  const isHidden = visibility === "hidden";
  Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture(scope="module")
def served(databases: Databases, template: str) -> Iterator[tuple[Settings, str]]:
    with databases.create(template=template) as settings, serve_live(settings) as url:
        yield settings, url


@pytest.fixture
def polls(page: Page) -> list[str]:
    """The addresses that pages ask by themselves."""
    polls: list[str] = []
    page.on("request", lambda one: polls.append(one.url) if POLL.search(one.url) else None)
    return polls


def test_what_is_new_or_changed_is_said_and_nothing_moves(page: Page, cursor):
    for name in ("one.jpg", "two.jpg", "three.jpg"):
        add_task(cursor, name)
    page.goto(LIST)
    row = page.get_by_role("row", name="two.jpg")
    tick = row.get_by_role("checkbox")
    tick.check()
    before = (tick.get_attribute("value"), row.bounding_box(), page.locator("tbody").inner_text())

    add_task(cursor, "four.jpg")
    line = page.locator("#desk-live")
    expect(line).to_have_text("1 new")
    expect(line).to_have_attribute("aria-live", "polite")
    add_task(cursor, "five.jpg")
    expect(line).to_have_text("2 new")
    # Said once; what grows is not read out again and again.
    expect(line).to_have_attribute("aria-live", "off")
    assert (
        tick.get_attribute("value"),
        row.bounding_box(),
        page.locator("tbody").inner_text(),
    ) == before

    cursor.execute("UPDATE tasks SET status = 'PROCESSING' WHERE filename = 'two.jpg'")
    expect(row).to_contain_text("changed: PROCESSING")
    cursor.execute("UPDATE tasks SET status = 'COMPLETED' WHERE filename = 'two.jpg'")
    expect(row).to_contain_text("changed: COMPLETED")
    cursor.execute("UPDATE tasks SET filename = 'tres.jpg' WHERE filename = 'three.jpg'")
    expect(line).to_have_text("2 new · 2 of these have changed")
    expect(tick).to_be_checked()
    assert (tick.get_attribute("value"), row.bounding_box()) == before[:2]

    line.get_by_role("link").click()
    expect(page.get_by_role("row", name="five.jpg")).to_be_visible()
    expect(page.get_by_role("row", name="two.jpg")).to_contain_text("COMPLETED")
    expect(line.get_by_role("link")).to_be_hidden()


def test_on_a_phone_a_mark_moves_nothing_either(page: Page, cursor):
    page.set_viewport_size({"width": 360, "height": 740})
    for name in ("one.jpg", "two.jpg"):
        add_task(cursor, name)
    page.goto(LIST)
    rows = page.locator("tr[data-row]")
    before = rows.evaluate_all(BOXES)
    cursor.execute("UPDATE tasks SET status = 'PROCESSING'")
    mark = rows.first.get_by_text("changed: PROCESSING")
    expect(mark).to_be_visible()
    assert rows.evaluate_all(BOXES) == before
    assert mark.evaluate("one => one.getBoundingClientRect().y") >= before[0][0]


def test_only_what_the_filter_lets_through_is_new(page: Page, cursor):
    page.goto(f"{LIST}?status=FAILED")
    add_task(cursor)
    task_id = add_task(cursor, status=TaskStatus.PROCESSING)
    cursor.execute("UPDATE tasks SET status = 'FAILED' WHERE id = %s", [str(task_id)])
    line = page.locator("#desk-live")
    expect(line).to_have_text("1 new")
    # It is not what would be found on a reload any more.
    cursor.execute("UPDATE tasks SET status = 'PENDING' WHERE id = %s", [str(task_id)])
    expect(line.get_by_role("link")).to_be_hidden()


@pytest.mark.parametrize("path", [LIST, "/admin/"])
def test_a_tab_asks_nothing_while_it_is_hidden_and_at_once_when_it_is_not(
    page: Page, cursor, polls: list[str], path: str
):
    add_task(cursor)
    page.clock.install()
    # As one that is opened behind another.
    page.add_init_script(f'({TURN})("hidden")')
    page.goto(path)
    page.clock.run_for(3_600_000)
    assert polls == []
    with page.expect_response(POLL) as asked:
        page.evaluate(TURN, "visible")
        page.clock.run_for(10)
    # So that it is told what has happened since it was opened.
    assert (path != LIST) or re.search(r"[?&]age=36\d\d\b", asked.value.url)
    page.evaluate(TURN, "hidden")
    polls.clear()
    page.clock.run_for(3_600_000)
    assert polls == []


@pytest.mark.parametrize("path", [LIST, "/admin/"])
def test_whoever_is_signed_out_is_told_and_the_page_asks_no_more(
    page: Page, cursor, polls: list[str], path: str
):
    page.clock.install()
    page.goto(path)
    cursor.execute("UPDATE staff_sessions SET ended_at = now()")
    with page.expect_response(POLL):
        page.clock.run_for(2_000)
    expect(page.locator("#desk-live, #overview-note")).to_contain_text("You are signed out")
    polls.clear()
    page.clock.run_for(3_600_000)
    for visibility in ("hidden", "visible"):
        page.evaluate(TURN, visibility)
        page.clock.run_for(60_000)
    assert polls == []


def test_while_the_desk_is_away_the_list_says_so_and_asks_ever_less(page: Page, cursor):
    add_task(cursor)
    # Chromium itself complains of each request that fails.
    page = page.context.new_page()
    page.clock.install()
    page.goto(LIST)
    page.route(POLL, lambda route: route.abort())
    for _ in range(3):
        with page.expect_event("requestfailed"):
            page.clock.run_for(1_000)
    line = page.locator("#desk-live")
    expect(line).to_contain_text("cannot be reached")
    page.unroute(POLL)
    with page.expect_response(POLL):
        page.clock.run_for(75_000)
    expect(line).not_to_contain_text("cannot be reached")
