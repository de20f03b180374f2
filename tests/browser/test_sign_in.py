"""A person at the door: a wrong password, a second factor, and a session that ends under way."""

import re
import time
from collections.abc import Iterator

import pytest
from passlib.totp import TOTP  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect

from tests.browser.signing_in import enter
from tests.browser.widths import get_width
from tests.dashboard.people import PASSWORD, add_person
from tests.factories import add_task, read_task

EMAIL = "ana@example.org"


@pytest.fixture
def visitor(chromium: Browser, served, cursor) -> Iterator[Page]:
    """A page of somebody who is not signed in; the console may only tell of our own refusals."""
    cursor.execute("DELETE FROM staff")
    cursor.execute("DELETE FROM sign_in_delays")
    add_person(cursor, "editor", email=EMAIL, password=PASSWORD)
    context = chromium.new_context(base_url=served[1], viewport={"width": 1280, "height": 900})
    complaints: list[str] = []
    context.on("console", lambda message: complaints.append(message.text))
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context.new_page()
    context.close()
    assert [text for text in complaints if not text.startswith("Failed to load resource")] == []


def sign_in(page: Page, password: str = PASSWORD) -> None:
    enter(page, EMAIL, password)


def test_a_person_is_sent_to_sign_in_mistypes_and_arrives(visitor: Page):
    visitor.goto("/admin/tasks/?status=FAILED")
    expect(visitor.get_by_label("Email address")).to_be_focused()
    sign_in(visitor, "not the password")
    expect(visitor.get_by_role("alert")).to_contain_text("is wrong, or the account is disabled")
    expect(visitor.get_by_label("Email address")).to_have_value(EMAIL)
    expect(visitor.get_by_label("Password")).to_be_focused()
    visitor.get_by_label("Password").fill(PASSWORD)
    visitor.keyboard.press("Enter")
    expect(visitor).to_have_url(re.compile(r"/admin/tasks/\?status=FAILED$"))
    visitor.get_by_role("link", name=EMAIL).click()
    expect(visitor.get_by_role("heading", name="Your account")).to_be_visible()
    visitor.get_by_role("button", name="Sign out").click()
    expect(visitor.get_by_text("You are signed out.")).to_be_visible()
    visitor.go_back()
    expect(visitor.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_second_factor_is_set_up_and_asked_for(visitor: Page):
    visitor.goto("/admin/account/second-factor")
    sign_in(visitor)
    picture = visitor.get_by_role("img", name="The key as a QR code")
    expect(picture).to_be_visible()
    visitor.wait_for_load_state()
    box = picture.bounding_box()
    assert box is not None
    assert 150 < box["width"] < 300
    app = TOTP(visitor.locator("code").inner_text())
    visitor.get_by_label("Your password").fill(PASSWORD)
    visitor.get_by_label("Code of six digits").fill(app.generate().token)
    visitor.get_by_role("button", name="Switch it on").click()
    expect(visitor.get_by_text("From now on a code is asked for")).to_be_visible()
    visitor.get_by_role("button", name="Sign out").click()
    sign_in(visitor)
    expect(visitor.get_by_label("Code of six digits")).to_be_focused()
    visitor.get_by_label("Code of six digits").fill(app.generate(time.time() + 30).token)
    visitor.get_by_role("button", name="Sign in").click()
    expect(visitor.get_by_role("heading", name="Overview")).to_be_visible()


def test_an_edit_outlives_its_session(visitor: Page, cursor):
    task_id = add_task(cursor, "cat.jpg", result='{"a": 1}')
    visitor.goto(f"/admin/tasks/{task_id}/edit")
    sign_in(visitor)
    visitor.get_by_label("Filename").fill("typed.jpg")
    visitor.get_by_label("Result").fill('{"a":\n2}')
    cursor.execute("UPDATE staff_sessions SET last_seen_at = now() - interval '1 hour'")
    visitor.get_by_role("button", name="Save").click()
    expect(visitor.get_by_role("heading", name="You are signed out")).to_be_visible()
    expect(visitor.get_by_text("typed.jpg")).to_be_visible()
    with visitor.expect_popup() as popup:
        visitor.get_by_role("link", name="Sign in on a new tab").click()
    sign_in(popup.value)
    expect(popup.value.get_by_role("heading", name="Overview")).to_be_visible()
    popup.value.close()
    visitor.get_by_role("button", name="Send it again").click()
    expect(visitor.get_by_role("alert")).to_contain_text("Please send this again")
    visitor.get_by_role("button", name="Save").click()
    expect(visitor.get_by_text("Saved:")).to_be_visible()
    task = read_task(cursor, task_id)
    assert (task["filename"], task["result"]) == ("typed.jpg", '{"a": 2}')


def test_its_pages_fit_a_phone(visitor: Page, cursor):
    cursor.execute("UPDATE staff SET email = repeat('x', 200) || '@example.org'")
    visitor.set_viewport_size({"width": 360, "height": 740})
    visitor.goto("/admin/account/")
    assert get_width(visitor) <= 360
    enter(visitor, "x" * 200 + "@example.org", PASSWORD)
    for path in ("", "password", "second-factor"):
        visitor.goto(f"/admin/account/{path}")
        assert get_width(visitor) <= 360, path
    visitor.get_by_role("button", name="Menu").click()
    expect(visitor.get_by_role("button", name="Sign out")).to_be_visible()
    assert get_width(visitor) <= 360
    for width in (1000, 1280):
        visitor.set_viewport_size({"width": width, "height": 740})
        assert get_width(visitor) <= width
