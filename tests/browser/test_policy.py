"""No page breaks a strict Content-Security-Policy: ours in the desk, a host's in a host."""

import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask, g
from flask_admin import Admin
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from dashboard import EveryoneAllowed, TaskDashboard, create_app
from tests.dashboard.host import make_host
from tests.dashboard.people import read_cookies, sign_in
from tests.factories import add_task

# Says more than the console would, and in one place.
LISTEN = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
TOLD = """() => new Promise((tell) =>
  requestAnimationFrame(() => setTimeout(() => tell(window.violations))))"""


def visit(page: Page, cursor, tasks: str) -> Iterator[str]:
    """Go to every page below `tasks`, and yield the name of each once it stands."""
    page.add_init_script(LISTEN)
    task_id = add_task(cursor, "cat.jpg", result='{"a": [1, 2]}')
    add_task(cursor, "dog.jpg")
    for path in ("", "?status=x", "?search=nothing", "new", "export", "nothing/", f"{task_id}/"):
        page.goto(f"{tasks}{path}")
        yield path
    page.goto(f"{tasks}{task_id}/delete")
    yield "delete"
    page.goto(f"{tasks}{task_id}/edit")
    yield "edit"
    page.get_by_label("Filename").fill("mine.jpg")
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg' WHERE id = %s", (str(task_id),))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Changed meanwhile")).to_be_visible()
    yield "conflict"
    page.get_by_label("Yours").check()
    page.get_by_role("button", name="Save what I chose").click()
    expect(page.get_by_text("Saved: filename.")).to_be_visible()
    # What listens for the click comes at the end of the page.
    page.wait_for_load_state()
    page.locator(".alert .close").click()
    expect(page.get_by_text("Saved: filename.")).to_have_count(0)
    yield "details with a message"
    page.goto(tasks)
    page.get_by_label("Tick all on this page").check()
    page.get_by_label("Action").select_option("delete")
    page.get_by_role("button", name="on the ticked").click()
    expect(page.get_by_role("heading", name="Delete: 2 tasks would change")).to_be_visible()
    yield "dry run"
    page.get_by_role("button", name="Delete: 2 tasks").click()
    expect(page.get_by_role("heading", name="Delete: 2 tasks changed")).to_be_visible()
    yield "report of a batch"
    page.get_by_role("link", name="Each change").click()
    yield "history of a batch"


def read_violations(page: Page) -> list[str]:
    page.wait_for_load_state()
    # What is refused on the way is told of in tasks of their own, queued before this one.
    return list(page.evaluate(TOLD))


@pytest.fixture
def app(served) -> Iterator[Flask]:
    app = create_app(served[0])
    yield app
    app.extensions["vision_tasks"].engine.dispose()


@pytest.fixture
def desk(chromium: Browser, served, app: Flask) -> Iterator[Page]:
    """A page of an admin on a phone, which may meet pages that tell of an error."""
    context = chromium.new_context(base_url=served[1], viewport={"width": 600, "height": 900})
    for name, value in read_cookies(sign_in(app)).items():
        context.add_cookies([{"name": name, "value": value, "url": served[1]}])
    yield context.new_page()
    context.close()


def list_addresses(app: Flask, task_id) -> Iterator[str]:
    """Every address that a browser can open, twice: with an id that leads somewhere, and not."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and "filename" not in rule.arguments:
            for value in (str(task_id), "none"):
                yield re.sub(r"<[^>]+>", value, rule.rule)


def test_no_walk_through_the_desk_breaks_its_policy(desk: Page, cursor):
    for name in visit(desk, cursor, "/admin/tasks/"):
        assert read_violations(desk) == [], name
    desk.get_by_role("button", name="Menu").click()
    expect(desk.get_by_role("link", name="Tasks", exact=True)).to_be_visible()
    assert read_violations(desk) == []


def test_no_address_of_the_desk_breaks_its_policy(desk: Page, app: Flask, cursor):
    desk.add_init_script(LISTEN)
    task_id = add_task(cursor, "cat.jpg", result='{"a": [1, 2]}')
    for path in dict.fromkeys([*list_addresses(app, task_id), "/nowhere"]):
        desk.goto(path)
        assert read_violations(desk) == [], path
    desk.context.clear_cookies()
    desk.goto("/admin/tasks/")
    assert read_violations(desk) == []


def test_a_script_that_is_smuggled_into_a_page_does_not_run(desk: Page):
    desk.add_init_script(LISTEN)
    desk.goto("/admin/tasks/")
    desk.evaluate(
        """() => {
          document.body.insertAdjacentHTML("beforeend",
            "<img src='/none' onerror='window.owned = 1'><p style='color: red'>x</p>");
          const script = document.createElement("script");
          script.textContent = "window.owned = 2";
          document.body.append(script);
        }"""
    )
    desk.wait_for_function("window.violations.length >= 3")
    assert desk.evaluate("window.owned") is None


def make_strict_host(settings) -> Flask:
    """A host that allows scripts and styles by nonce only, and makes the nonces itself."""
    app = make_host()

    def get_nonce() -> str:
        return str(g.setdefault("nonce", secrets.token_urlsafe()))

    @app.after_request
    def add_policy(response):
        response.headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src 'nonce-{get_nonce()}';"
            f" style-src 'nonce-{get_nonce()}'; img-src 'self' data:; font-src 'self';"
            " connect-src 'self'; form-action 'self'; base-uri 'none'"
        )
        return response

    admin = Admin(app, name="Host", csp_nonce_generator=get_nonce)
    TaskDashboard(access=EveryoneAllowed(), settings=settings).init_app(app, admin)
    return app


@contextmanager
def serve(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        app.extensions["vision_tasks"].engine.dispose()


@pytest.mark.parametrize("key", ["click", "Enter"])
def test_its_menu_opens_under_the_policy_of_a_host(chromium: Browser, served, key):
    with serve(make_strict_host(served[0])) as url:
        page = chromium.new_page(base_url=url)
        page.add_init_script(LISTEN)
        page.goto("/admin/tasks/new")
        page.get_by_label("Filename").fill("typed.jpg")
        menu = page.get_by_role("button", name="Tasks", exact=True)
        menu.click() if key == "click" else menu.press(key)
        expect(page.get_by_role("link", name="Overview")).to_be_visible()
        assert page.get_by_label("Filename").input_value() == "typed.jpg"
        assert read_violations(page) == []
        page.get_by_role("link", name="Overview").click()
        expect(page.get_by_role("heading", name="Overview")).to_be_visible()
        assert read_violations(page) == []
        page.close()


def test_no_page_breaks_the_policy_of_a_host(chromium: Browser, served, cursor):
    with serve(make_strict_host(served[0])) as url:
        page = chromium.new_page(base_url=url)
        for name in visit(page, cursor, "/admin/tasks/"):
            assert read_violations(page) == [], name
        page.close()
