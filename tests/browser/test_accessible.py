"""Every page, light and dark: axe-core finds nothing, and it fits a phone and a zoom of 200 %."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from dashboard import create_app
from tests.browser.accessibility import list_faults
from tests.browser.answers import RESULT, read_change, visit_answers
from tests.browser.test_readable import serve_host
from tests.dashboard.bulk.orders import prepare
from tests.dashboard.people import PASSWORD, add_person, read_cookies, sign_in
from tests.factories import add_task
from tests.keys import add_key
from vision_tasks.lifecycle import TaskStatus

LONG = "cameras/north-entrance/" + "x" * 200 + ".jpg"
PARTS = 3
"""So that none lasts longer than a test may."""
NO_PAGE = {"export_id"}
"""What stands in addresses that answer with data, and not with a page."""
QUERIES = {
    "/admin/tasks/": (
        "search=x&status=FAILED",
        "search=nothing",
        "status=x",
        "created_from=2020-01-01&created_to=2030-01-01",
    ),
    "/admin/history/": ("actor=test", "action=none", "changed_from=x"),
}


@pytest.fixture(scope="module")
def app(served) -> Iterator[Flask]:
    app = create_app(served[0])
    yield app
    app.extensions["vision_tasks"].engine.dispose()


def open_context(chromium: Browser, url: str, app: Flask, role: str = "admin") -> BrowserContext:
    # Half-way through a transition a colour is neither of the two.
    context = chromium.new_context(
        base_url=url, viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    for name, value in read_cookies(sign_in(app, role)).items():
        context.add_cookies([{"name": name, "value": value, "url": url}])
    return context


@pytest.fixture
def desk(chromium: Browser, served, app: Flask) -> Iterator[Page]:
    """A page of an admin, which may meet pages that tell of an error."""
    context = open_context(chromium, served[1], app)
    yield context.new_page()
    context.close()


def list_addresses(app: Flask, ids: dict[str, str]) -> Iterator[str]:
    """Every address that has a page; one that has a new kind of id must be told which to take."""
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.arguments & {"filename", *NO_PAGE}:
            continue
        yield re.sub(r"<([^>]+)>", lambda name: ids[name[1]], rule.rule)


@pytest.fixture
def places(app: Flask, cursor) -> list[str]:
    """An address of every page, and of those that tell of something else at the same address."""
    tasks = {
        status: add_task(cursor, f"{status}-{LONG}", status=status, result=RESULT)
        for status in TaskStatus
    }
    client = sign_in(app)
    ids = {
        "task_id": str(tasks[TaskStatus.COMPLETED]),
        "key_name": "ingest-1",
        "staff_id": str(add_person(cursor, "editor")),
        "change_id": str(read_change(cursor)),
        "batch_id": prepare(client, "retry", [tasks[TaskStatus.FAILED]]).split("/")[-2],
    }
    add_key(cursor, "ingest-1", key="vt_" + "OfAnotherOne" * 3 + "0123456")
    found = [
        *list_addresses(app, ids),
        *(f"/admin/tasks/{tasks[status]}/" for status in TaskStatus),
        *(f"{path}?{query}" for path, queries in QUERIES.items() for query in queries),
        "/admin/tasks/none/",
        "/nowhere",
    ]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("part", range(PARTS))
def test_every_address(desk: Page, places: list[str], part: int):
    faults = {}
    for path in places[part::PARTS]:
        answer = desk.request.get(path)
        # A page that says that ours could not be made may be clean, and is not the one to look at.
        assert answer.status < 500, path
        if "<html" not in answer.text():
            continue
        desk.goto(path)
        faults[path] = list_faults(desk)
    assert {path: found for path, found in faults.items() if found} == {}
    assert len(faults) > 8


def test_what_forms_answer(desk: Page, cursor):
    faults = {name: list_faults(desk) for name in visit_answers(desk, cursor)}
    assert {name: found for name, found in faults.items() if found} == {}


def test_what_opens_on_a_page(desk: Page, cursor):
    add_task(cursor, LONG)
    desk.goto("/admin/tasks/")
    desk.get_by_role("button", name="Keys").click()
    faults = list_faults(desk)
    desk.get_by_role("button", name="Close").click()
    desk.set_viewport_size({"width": 360, "height": 740})
    desk.get_by_role("button", name="Menu").click()
    expect(desk.get_by_role("link", name="History")).to_be_visible()
    faults += list_faults(desk)
    assert faults == []


def test_the_door(chromium: Browser, served, app: Flask, cursor):
    context = open_context(chromium, served[1], app, "viewer")
    page = context.new_page()
    page.goto("/admin/staff/")
    faults = {"not allowed": list_faults(page)}
    context.clear_cookies()
    page.goto("/admin/tasks/")
    faults["sign in"] = list_faults(page)
    add_person(cursor, "viewer", email="second@example.org", password=PASSWORD)
    cursor.execute(
        "UPDATE staff SET two_factor_method = 'totp', totp_secret = 's'"
        " WHERE email = 'second@example.org'"
    )
    page.get_by_label("Email address").fill("second@example.org")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    faults["a wrong password"] = list_faults(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Code of six digits")).to_be_visible()
    faults["the code"] = list_faults(page)
    context.close()
    assert {name: found for name, found in faults.items() if found} == {}


def test_ours_in_a_host(chromium: Browser, served, cursor):
    add_task(cursor, LONG, status=TaskStatus.FAILED, result=RESULT)
    with serve_host(served[0], "default") as url:
        page = chromium.new_page(base_url=url, viewport={"width": 1280, "height": 900})
        page.goto("/admin/tasks/")
        # How readable buttons and links are there is up to the theme.
        assert list_faults(page, ".desk", with_colours=False) == []
        page.close()
