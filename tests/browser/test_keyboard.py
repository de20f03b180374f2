"""The desk without a mouse: single keys, their list, and the menu of a narrow screen."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.factories import add_task
from vision_tasks.lifecycle import TaskStatus


@pytest.fixture
def rows(page: Page, cursor) -> Locator:
    """The rows of a list of three: c.jpg, b.jpg, a.jpg."""
    for name in "abc":
        add_task(cursor, f"{name}.jpg", status=TaskStatus.FAILED)
    page.goto("/admin/tasks/")
    page.wait_for_load_state()
    return page.locator("tr[data-row]")


def press(page: Page, keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_j_and_k_walk_the_rows_and_enter_opens_one(page: Page, rows: Locator):
    press(page, "jjj")
    expect(page.get_by_role("link", name="a.jpg", exact=True)).to_be_focused()
    press(page, "jk")
    expect(page.get_by_role("link", name="b.jpg", exact=True)).to_be_focused()
    expect(page.locator("tr[data-current]")).to_have_count(1)
    expect(rows.nth(1)).to_have_attribute("data-current", "")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("b.jpg")


def test_x_ticks_the_row_that_one_is_at(page: Page, rows: Locator):
    press(page, "jjx")
    expect(rows.nth(1).get_by_role("checkbox")).to_be_checked()
    expect(page.get_by_text("Ticked.", exact=True)).to_have_count(1)
    press(page, "x")
    expect(page.locator("tr[data-row] :checked")).to_have_count(0)


def test_e_edits_the_row_and_the_task_of_a_page(page: Page, rows: Locator):
    press(page, "je")
    expect(page.get_by_role("heading", name="Edit c.jpg")).to_be_visible()
    page.goto("/admin/tasks/")
    rows.nth(2).get_by_role("link", name="a.jpg", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("a.jpg")
    page.wait_for_load_state()
    press(page, "e")
    expect(page.get_by_role("heading", name="Edit a.jpg")).to_be_visible()


@pytest.mark.parametrize(("keys", "tasks"), [("jr", "1 task"), ("jxjxr", "2 tasks")])
def test_r_retries_the_row_or_what_is_ticked(page: Page, rows: Locator, keys, tasks):
    expect(rows).to_have_count(3)
    press(page, keys)
    expect(page.get_by_role("heading", name=f"Retry: {tasks} would change")).to_be_visible()


def test_slash_goes_to_the_search_where_keys_are_letters(page: Page, rows: Locator):
    press(page, "/ajkxer?")
    search = page.get_by_label("Filename or id")
    expect(search).to_be_focused()
    expect(search).to_have_value("ajkxer?")
    expect(page.locator("tr[data-current]")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(rows).to_have_count(3)


def test_n_and_p_turn_the_page(page: Page, cursor):
    cursor.execute(
        "INSERT INTO tasks (filename) SELECT n || '.jpg' FROM generate_series(1, 30) AS n"
    )
    page.goto("/admin/tasks/")
    page.wait_for_load_state()
    press(page, "n")
    expect(page.get_by_role("link", name="Newer")).to_be_visible()
    page.wait_for_load_state()
    press(page, "p")
    expect(page.get_by_role("link", name="Newer")).to_have_count(0)
    expect(page).to_have_url(re.compile("/admin/tasks/"))


def test_with_ctrl_a_key_is_the_browsers(page: Page, rows: Locator):
    for key in ("Control+j", "Alt+j", "Meta+j"):
        page.keyboard.press(key)
    expect(page.locator("tr[data-current]")).to_have_count(0)
    expect(rows).to_have_count(3)


def test_the_list_of_keys_has_what_the_page_has(page: Page, rows: Locator):
    expect(rows).to_have_count(3)
    press(page, "?")
    keys = page.get_by_role("dialog").locator("kbd:visible")
    expect(keys).to_have_text(["/", "j", "k", "Enter", "x", "e", "r", "?"])
    press(page, "jx")
    expect(page.locator("tr[data-current]")).to_have_count(0)
    page.get_by_role("dialog").click(position={"x": 4, "y": 4})
    expect(page.get_by_role("dialog")).to_be_visible()
    page.mouse.click(4, 4)
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.goto("/admin/account/")
    page.get_by_role("button", name="Keys").press("Enter")
    expect(keys).to_have_text(["?"])


def test_single_keys_can_be_switched_off_for_good(page: Page, rows: Locator):
    press(page, "?")
    page.get_by_label("Single keys do this").uncheck()
    page.get_by_role("button", name="Close").click()
    page.reload()
    page.wait_for_load_state()
    press(page, "j?")
    expect(page.locator("tr[data-current]")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Single keys do this").check()
    page.keyboard.press("Escape")
    press(page, "j")
    expect(rows.first).to_have_attribute("data-current", "")


def test_the_menu_of_a_phone_opens_by_key_and_says_so(page: Page):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/admin/tasks/")
    menu = page.get_by_role("button", name="Menu", expanded=False)
    history = page.get_by_role("link", name="History")
    expect(history).to_have_count(0)
    menu.press("Enter")
    expect(page.get_by_role("button", name="Menu", expanded=True)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Tasks", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(history).to_have_count(0)
    expect(menu).to_be_focused()


def test_the_first_stop_leads_past_the_bar(page: Page, cursor):
    add_task(cursor, "a.jpg")
    page.goto("/admin/tasks/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="New task")).to_be_focused()


def test_whoever_takes_a_message_away_goes_on_with_the_page(page: Page):
    page.goto("/admin/tasks/new")
    page.get_by_label("Filename").fill("a.jpg")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Close this message").press("Enter")
    expect(page.locator(".alert")).to_have_count(0)
    expect(page.get_by_role("main")).to_be_focused()
