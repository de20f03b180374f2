"""The desk in the light, the zone and the language of whoever looks at it."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard import create_app
from tests.browser.test_readable import serve_host
from tests.dashboard.people import read_cookies, sign_in
from tests.factories import add_task

MOMENT = "2026-01-31 23:30:05"
IS_CUT = """(link) => [link, link.parentElement].some(
  (one) => one.scrollWidth > one.clientWidth && getComputedStyle(one).overflow !== "visible")"""
GROUND = "getComputedStyle(document.body).backgroundColor"


@pytest.fixture
def visit(chromium: Browser, served) -> Iterator[Callable[..., Page]]:
    """Open pages of an admin in a browser of one's own kind."""
    settings, url = served
    contexts = []

    def visit(**kind: Any) -> Page:
        context = chromium.new_context(base_url=url, **kind)
        contexts.append(context)
        for name, value in read_cookies(sign_in(create_app(settings))).items():
            context.add_cookies([{"name": name, "value": value, "url": url}])
        return context.new_page()

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture
def task_id(cursor):
    task_id = add_task(cursor, "a.jpg")
    cursor.execute(f"UPDATE tasks SET created_at = '{MOMENT}Z'")
    return task_id


@pytest.mark.parametrize(
    ("locale", "zone", "text"),
    [
        ("en-GB", "Europe/Madrid", "1 Feb 2026, 00:30:05"),
        ("en-US", "America/New_York", "Jan 31, 2026, 18:30:05"),
        ("es-ES", "Asia/Kathmandu", "1 feb 2026, 05:15:05"),
    ],
)
def test_times_are_those_of_whoever_reads(visit, task_id, locale, zone, text):
    page = visit(locale=locale, timezone_id=zone)
    page.goto(f"/admin/tasks/{task_id}/")
    time = page.locator("time").first
    expect(time).to_have_text(text)
    expect(time).to_have_attribute("title", f"{MOMENT} UTC")


@pytest.mark.usefixtures("task_id")
def test_a_list_names_the_zone_and_goes_back_to_utc_when_asked(visit):
    page = visit(locale="en-GB", timezone_id="Europe/Madrid")
    page.goto("/admin/tasks/")
    expect(page.get_by_role("columnheader", name="Created (CET)")).to_be_visible()
    expect(page.get_by_text("Times are those of Europe/Madrid (CET).")).to_be_visible()
    page.get_by_role("button", name="Show UTC").click()
    expect(page.get_by_role("cell", name=MOMENT)).to_be_visible()
    page.reload()
    expect(page.get_by_role("cell", name=MOMENT)).to_be_visible()
    expect(page.get_by_role("columnheader", name="Created (UTC)")).to_be_visible()
    page.get_by_role("button", name="Show my own time").click()
    expect(page.get_by_role("cell", name="1 Feb 2026, 00:30:05")).to_be_visible()


@pytest.mark.usefixtures("task_id")
def test_times_that_come_later_are_written_alike(visit):
    page = visit(locale="en-GB", timezone_id="Europe/Madrid")
    page.goto("/admin/tasks/")
    page.wait_for_load_state()
    page.evaluate(
        """() => {
          const time = document.createElement("time");
          time.dateTime = "2026-07-01T12:00:00+00:00";
          time.textContent = "2026-07-01 12:00:00";
          document.querySelector("main").append(time);
          document.dispatchEvent(new CustomEvent("desk:times", { detail: time.parentElement }));
        }"""
    )
    expect(page.locator("time").last).to_have_text("1 Jul 2026, 14:00:00")


def test_without_a_script_times_are_in_utc_and_the_menu_is_open(visit, task_id):
    page = visit(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page.goto(f"/admin/tasks/{task_id}/")
    expect(page.locator("time").first).to_have_text(f"{MOMENT} UTC")
    expect(page.get_by_role("link", name="History", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Menu")).to_have_count(0)
    expect(page.get_by_role("button", name="Keys")).to_have_count(0)


def test_light_and_dark_follow_the_system(visit):
    page = visit(color_scheme="light")
    page.goto("/admin/tasks/new")
    page.wait_for_load_state()
    light = page.evaluate(GROUND)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(GROUND)
    assert (light, dark) == ("rgb(251, 251, 252)", "rgb(19, 23, 27)")


def test_a_host_keeps_its_ground_in_the_dark(chromium: Browser, served):
    with serve_host(served[0], "default") as url:
        page = chromium.new_page(base_url=url, color_scheme="dark")
        page.goto("/admin/tasks/")
        page.wait_for_load_state()
        assert page.evaluate(GROUND) == "rgb(255, 255, 255)"
        assert page.locator(".desk-bar").count() == 0
        page.close()


def test_the_page_that_is_open_is_marked(visit, task_id):
    page = visit()
    page.goto("/admin/tasks/")
    marked = page.locator("nav [aria-current=page]")
    expect(marked).to_have_text(["Tasks"])
    page.goto(f"/admin/tasks/{task_id}/")
    expect(page.locator("nav.desk-pages [aria-current=true]")).to_have_text(["Tasks"])
    page.goto("/admin/account/")
    expect(page.locator(".desk-bar [aria-current=page]")).to_have_text(
        ["Your account admin@example.org"]
    )


@pytest.mark.usefixtures("task_id")
def test_the_language_is_chosen_where_one_is_and_kept(visit):
    page = visit(locale="en-GB")
    page.goto("/admin/tasks/?search=a&status=PENDING")
    page.get_by_role("link", name="Español").click()
    expect(page).to_have_url(re.compile("search=a&status=PENDING&language=es$"))
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.goto("/admin/history/")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("[hreflang=es]")).to_have_attribute("aria-current", "true")
    page.context.clear_cookies(name="vision_tasks")
    page.goto("/admin/login")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_long_name_is_whole_for_whoever_is_at_it(visit, cursor):
    add_task(cursor, "long-" * 40)
    page = visit(viewport={"width": 1280, "height": 900}, java_script_enabled=False)
    page.goto("/admin/tasks/")
    link = page.get_by_role("link", name="long-" * 40, exact=True)
    assert link.evaluate(IS_CUT)
    link.focus()
    assert not link.evaluate(IS_CUT)


@pytest.mark.usefixtures("task_id")
@pytest.mark.parametrize("width", [770, 1000])
def test_between_a_phone_and_a_desk_there_is_room_for_the_name(visit, width):
    page = visit(viewport={"width": width, "height": 900}, locale="es-ES")
    for path in ("/admin/tasks/", "/admin/staff/"):
        page.goto(path)
        page.wait_for_load_state()
        name = page.locator(".desk-cell-name").first
        assert name.evaluate("one => one.clientWidth") > 110
        assert page.locator("table").first.evaluate("one => one.scrollWidth") <= width
