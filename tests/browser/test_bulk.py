"""A person lets an action on many tasks run, in this tab or another, with and without a script."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from dashboard import create_app
from tests.browser.widths import get_width
from tests.dashboard.people import read_cookies, sign_in
from tests.factories import add_task
from tests.waiting import DEADLINE_SECONDS, wait_for
from vision_tasks.lifecycle import TaskStatus


@pytest.fixture
def ids(cursor):
    names = ("one", "two", "three", "four")
    return {name: add_task(cursor, f"{name}.jpg", status=TaskStatus.FAILED) for name in names}


@pytest.fixture
def scriptless(chromium: Browser, served) -> Iterator[Page]:
    """A page of an admin whose browser runs no script."""
    settings, url = served
    context: BrowserContext = chromium.new_context(base_url=url, java_script_enabled=False)
    for name, value in read_cookies(sign_in(create_app(settings))).items():
        context.add_cookies([{"name": name, "value": value, "url": url}])
    yield context.new_page()
    context.close()


@pytest.fixture(autouse=True)
def _patient() -> Iterator[None]:
    # From a click to the report there are four answers of the server and three pages to be drawn,
    # which on a busy machine take longer than the five seconds that are usual for one.
    expect.set_options(timeout=1000 * DEADLINE_SECONDS)
    yield
    expect.set_options(timeout=None)


def add_many(cursor, number):
    cursor.execute(
        "INSERT INTO tasks (filename, status) SELECT 'night-' || n || '.jpg', 'FAILED'"
        " FROM generate_series(1, %s) AS n",
        (number,),
    )


def count(cursor, condition):
    cursor.execute(f"SELECT count(*) FROM tasks WHERE {condition}")
    return cursor.fetchone()[0]


def order(page: Page, action, scope, url="/admin/tasks/"):
    page.goto(url)
    page.get_by_label("Action").select_option(action)
    page.get_by_role("button", name=scope).click()


def hold_one(cursor, offset):
    """Hold a task at that place of the list, so that a batch stands still there."""
    cursor.execute("BEGIN")
    cursor.execute(
        "SELECT FROM tasks WHERE id = (SELECT id FROM tasks ORDER BY created_at DESC, id DESC"
        " OFFSET %s LIMIT 1) FOR UPDATE",
        (offset,),
    )


def test_two_are_ticked_and_one_of_them_changes_meanwhile(page: Page, cursor, ids):
    page.goto("/admin/tasks/?search=jpg")
    page.get_by_role("checkbox", name="Tick one.jpg").check()
    page.get_by_role("checkbox", name="Tick two.jpg").check()
    page.get_by_label("Action").select_option("retry")
    page.get_by_role("button", name="on the ticked (2)…").click()
    expect(page.get_by_role("heading", name="Retry: 2 tasks would change")).to_be_visible()
    expect(page.get_by_text("three.jpg")).to_have_count(0)
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg' WHERE id = %s", (str(ids["two"]),))
    page.get_by_role("button", name="Retry: 2 tasks").click()
    expect(page.get_by_role("heading", name="Retry: 1 task changed")).to_be_visible()
    expect(page.get_by_text("theirs.jpg FAILED changed meanwhile")).to_be_visible()
    assert count(cursor, "status = 'PENDING'") == 1
    page.get_by_role("link", name="theirs.jpg").click()
    expect(page.get_by_role("heading", name="theirs.jpg")).to_be_visible()


def test_all_on_a_page_are_ticked_at_once(page: Page, cursor, ids):
    page.goto("/admin/tasks/")
    everything = page.get_by_label("Tick all on this page")
    last = page.get_by_role("checkbox", name="Tick four.jpg")
    button = page.get_by_role("button", name="on the ticked")
    everything.check()
    expect(last).to_be_checked()
    expect(button).to_have_text("on the ticked (4)…")
    last.uncheck()
    assert everything.evaluate("box => box.indeterminate")
    last.check()
    expect(everything).to_be_checked()
    everything.uncheck()
    expect(last).not_to_be_checked()
    expect(button).to_have_text("on the ticked…")
    everything.check()
    page.get_by_label("Action").select_option("delete")
    button.click()
    page.get_by_role("button", name=f"Delete: {len(ids)} tasks").click()
    expect(page.get_by_role("heading", name="Delete: 4 tasks changed")).to_be_visible()
    assert count(cursor, "true") == 0


def test_leaving_everything_as_it_is_changes_nothing_and_ticks_nothing(page: Page, cursor, ids):
    page.goto("/admin/tasks/")
    page.get_by_role("checkbox", name="Tick one.jpg").check()
    page.get_by_role("button", name="on the ticked").click()
    page.get_by_role("link", name="Leave everything as it is").click()
    expect(page.get_by_role("checkbox", name="Tick one.jpg")).not_to_be_checked()
    assert count(cursor, "version = 1") == len(ids)


def test_it_is_done_by_the_tab_that_started_it_and_no_other(page: Page, cursor):
    add_many(cursor, 2_500)
    order(page, "retry", "on every task")
    page.get_by_label(re.compile("^Type 2500")).fill("2500")
    # The second chunk stands still, however fast the machine.
    hold_one(cursor, 1_500)
    page.get_by_role("button", name="Retry: 2,500 tasks").click()
    expect(page.get_by_role("status").filter(has_text="Somebody else is at work")).to_be_visible()
    expect(page.get_by_text("1,500 of 2,500 looked at")).to_be_visible()
    expect(page.get_by_role("button", name="Go on")).to_be_enabled()
    other = page.context.new_page()
    sent: list[str] = []
    other.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    other.goto(page.url)
    expect(other.get_by_text("1,500 of 2,500 looked at")).to_be_visible()
    cursor.execute("COMMIT")
    # By itself, after a while.
    expect(page.get_by_role("heading", name="Retry: 2,500 tasks changed")).to_be_visible()
    assert not [one for one in sent if one.startswith("POST")]
    assert count(cursor, "status = 'PENDING'") == 2_500


def test_another_tab_takes_over_by_its_button_and_may_stop(page: Page, cursor):
    add_many(cursor, 2_500)
    order(page, "retry", "on every task")
    page.get_by_label(re.compile("^Type 2500")).fill("2500")
    hold_one(cursor, 1_500)
    page.get_by_role("button", name="Retry: 2,500 tasks").click()
    expect(page.get_by_role("status").filter(has_text="Somebody else is at work")).to_be_visible()
    other = page.context.new_page()
    other.goto(page.url)
    page.close()
    other.get_by_role("button", name="Stop").click()
    expect(other.get_by_role("heading", name="Retry: stopped")).to_be_visible()
    assert count(cursor, "status = 'PENDING'") == 1_500
    cursor.execute("COMMIT")
    other.get_by_role("button", name="Go on").click()
    expect(other.get_by_role("heading", name="Retry: 2,500 tasks changed")).to_be_visible()
    other.get_by_role("button", name="Undo what was done").click()
    other.get_by_label(re.compile("^Type 2500")).fill("2500")
    other.get_by_role("button", name="Undo of retry: 2,500 tasks").click()
    expect(other.get_by_role("heading", name="Undo of retry: 2,500 tasks changed")).to_be_visible()
    assert count(cursor, "status = 'FAILED'") == 2_500


def test_it_is_tried_again_after_longer_pauses_and_stopped_in_one(page: Page, cursor, ids):
    order(page, "retry", "on every task")
    hold_one(cursor, 0)
    page.get_by_role("button", name=f"Retry: {len(ids)} tasks").click()
    for seconds in (2, 4):
        expect(page.get_by_text(f"goes on by itself in {seconds} seconds")).to_be_visible()
    # Whoever does not want to wait presses the button, and it is tried at once.
    with page.expect_response("**/continue"):
        page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("goes on by itself in 2 seconds")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("heading", name="Retry: stopped")).to_be_visible()
    cursor.execute("COMMIT")
    assert count(cursor, "version = 1") == len(ids)


def test_a_running_batch_is_stopped_while_it_runs(page: Page, cursor):
    add_many(cursor, 40_000)
    order(page, "retry", "on everything that matches", "/admin/tasks/?search=night-&status=FAILED")
    page.get_by_label(re.compile("^Type 40000")).fill("40000")
    page.get_by_role("button", name="Retry: 40,000 tasks").click()
    wait_for(lambda: count(cursor, "status = 'PENDING'") > 0, "the first chunk")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("heading", name="Retry: stopped")).to_be_visible()
    changed = count(cursor, "status = 'PENDING'")
    assert 0 < changed < 40_000
    line = page.get_by_role("status").filter(has_text="looked at")
    expect(line).to_contain_text(f"{changed:,} changed")
    page.reload()
    assert count(cursor, "status = 'PENDING'") == changed


def test_an_answer_that_fails_leaves_the_button_to_go_on(page: Page, cursor, ids):
    # Another tab, for Chromium complains of the answer in the console of its own.
    tab = page.context.new_page()
    order(tab, "retry", "on every task")
    # What a server says that has too much to do, or a proxy in front of it.
    tab.route("**/continue", lambda route: route.fulfill(status=503, body="busy"), times=1)
    tab.get_by_role("button", name="Retry: 4 tasks").click()
    expect(tab.get_by_role("status").filter(has_text="The desk cannot be reached")).to_be_visible()
    tab.get_by_role("button", name="Go on").click()
    expect(tab.get_by_role("heading", name="Retry: 4 tasks changed")).to_be_visible()
    assert count(cursor, "status = 'PENDING'") == len(ids)


def test_without_javascript_it_goes_on_by_its_button(scriptless: Page, cursor, ids):
    scriptless.goto("/admin/tasks/")
    expect(scriptless.get_by_label("Tick all on this page")).to_be_hidden()
    scriptless.get_by_role("checkbox", name="Tick one.jpg").check()
    scriptless.get_by_label("Action").select_option("delete")
    scriptless.get_by_role("button", name="on the ticked…").click()
    scriptless.get_by_role("button", name="Delete: 1 task").click()
    scriptless.get_by_role("button", name="Go on").click()
    expect(scriptless.get_by_role("heading", name="Delete: 1 task changed")).to_be_visible()
    assert count(cursor, "true") == len(ids) - 1


def test_a_result_is_asked_for_and_set_as_it_was_typed(page: Page, cursor, ids):
    order(page, "set result", "on every task")
    page.get_by_label("The result that all of them shall have").fill('{"a": 1.0}')
    page.get_by_role("button", name="See what would change").click()
    page.get_by_role("button", name="Set result: 4 tasks").click()
    expect(page.get_by_role("heading", name="Set result: 4 tasks changed")).to_be_visible()
    assert count(cursor, """result::text = '{"a": 1.0}'""") == len(ids)


def test_its_pages_fit_a_phone(page: Page, cursor):
    page.set_viewport_size({"width": 360, "height": 740})
    kept = add_task(cursor, "x" * 255)
    add_task(cursor, "y" * 255)
    order(page, "delete", "on every task")
    expect(page.get_by_role("heading", name="Delete: 2 tasks would change")).to_be_visible()
    assert get_width(page) <= 360
    cursor.execute("UPDATE tasks SET result = '1' WHERE id = %s", (str(kept),))
    page.get_by_label("Reason").fill("r" * 500)
    page.get_by_role("button", name="Delete: 2 tasks").click()
    expect(page.get_by_role("heading", name="Delete: 1 task changed")).to_be_visible()
    assert get_width(page) <= 360
