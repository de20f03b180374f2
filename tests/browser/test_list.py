"""A person at a list of ten thousand tasks: narrowing it, going through it, keeping a view."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard import create_app
from tests.dashboard.people import read_cookies, sign_in
from tests.databases import psql
from vision_tasks.config import Settings

TASKS = 10_000
# One a minute up to the end of October; in Madrid the last one is of November.
FILL = """
INSERT INTO tasks (filename, status, created_at, result)
SELECT 'cam-' || lpad(n::text, 5, '0') || '.jpg',
       (CASE WHEN n %% 100 = 5 THEN 'FAILED' WHEN n > 9900 THEN 'PENDING'
             ELSE 'COMPLETED' END)::taskstatus,
       timestamptz '2026-10-31T23:59:00Z' - (%(tasks)s - n) * interval '1 minute',
       CASE WHEN n %% 1000 = 5 THEN '{"error": "timeout"}'::jsonb
            WHEN n %% 100 = 5 THEN '{"error": "decode"}'
            WHEN n <= 9900 THEN jsonb_build_object('objects', n %% 7, 'label', 'car') END
  FROM generate_series(1, %(tasks)s) AS n"""


@pytest.fixture(scope="module")
def many(served: tuple[Settings, str]) -> None:
    with psql(served[0]) as cursor:
        cursor.execute(FILL, {"tasks": TASKS})
        cursor.execute("ANALYZE tasks")


@pytest.fixture
def page(chromium: Browser, served: tuple[Settings, str], many: None) -> Iterator[Page]:  # noqa: ARG001
    """Somebody in Madrid."""
    settings, url = served
    context = chromium.new_context(base_url=url, timezone_id="Europe/Madrid")
    for name, value in read_cookies(sign_in(create_app(settings))).items():
        context.add_cookies([{"name": name, "value": value, "url": url}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def names(page: Page) -> list[str]:
    return [text[4:9] for text in page.locator("tbody .desk-name").all_inner_texts()]


def show(page: Page, **fields: Any) -> None:
    more = page.locator("details.desk-more")
    if more.get_attribute("open") is None:
        more.locator("summary").click()
    for label, value in fields.items():
        page.get_by_label(label.replace("_", " ")).fill(value)
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_load_state()


def test_a_list_is_narrowed_and_its_address_says_how_and_no_more(page: Page) -> None:
    page.goto("/admin/tasks/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tasks 10,000")
    assert names(page)[0] == "10000"
    show(page, Result_holds="error = timeout")
    assert page.url.endswith("/admin/tasks/?result=error+%3D+timeout")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tasks 10")
    assert names(page)[0] == "09005"
    show(page, Created_from="2026-10-31", Created_to="2026-10-31")
    assert "zone=Europe%2FMadrid" in page.url
    # That day began in Madrid an hour before it did in UTC.
    assert names(page) == ["09005"]
    page.get_by_role("link", name="Result error = timeout").click()
    page.wait_for_load_state()
    assert "result" not in page.url
    assert names(page)[0] == "09940"
    page.go_back()
    page.get_by_label("Result holds").fill("label = truck")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("No task matches")).to_be_visible()


def test_one_goes_to_both_ends_and_to_a_day(page: Page) -> None:
    page.goto("/admin/tasks/?page_size=50")
    page.get_by_role("link", name="Older →").click()
    page.wait_for_load_state()
    assert names(page)[0] == "09950"
    page.get_by_role("link", name="Oldest").click()
    page.wait_for_load_state()
    assert names(page)[-1] == "00001"
    page.get_by_role("link", name="← Newer").click()
    page.wait_for_load_state()
    assert names(page)[-1] == "00051"
    page.get_by_label("Jump to").fill("2026-10-30")
    page.get_by_role("button", name="Go", exact=True).click()
    page.wait_for_load_state()
    # The last one of that day in Madrid.
    assert names(page)[0] == "08500"
    expect(page.locator("tbody time").first).to_have_attribute("title", "2026-10-30 22:59:00 UTC")
    assert "page_size=50" in page.url


def test_a_jump_leaves_the_days_of_a_filter_those_of_its_zone(page: Page) -> None:
    page.goto("/admin/tasks/?created_from=2026-10-30&created_to=2026-10-30")
    assert names(page)[0] == "08560"
    page.get_by_label("Jump to").fill("2026-10-30")
    page.get_by_role("button", name="Go", exact=True).click()
    page.wait_for_load_state()
    assert "jump=2026-10-30" in page.url
    assert names(page)[0] == "08560"


def test_a_view_is_kept_under_a_name_and_opened_again(page: Page) -> None:
    page.goto("/admin/tasks/?status=FAILED&sort=updated")
    page.get_by_text("Save this view…").click()
    page.get_by_label("Name of this view").fill("What failed last")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_load_state()
    page.goto("/admin/tasks/")
    page.get_by_role("link", name="What failed last").click()
    page.wait_for_load_state()
    assert page.url.endswith("?status=FAILED&sort=updated")
    expect(page.get_by_role("link", name="What failed last")).to_have_attribute(
        "aria-current", "page"
    )
    page.get_by_text("Save or remove views…").click()
    page.get_by_role("button", name="Remove the view What failed last").click()
    page.wait_for_load_state()
    expect(page.get_by_text("What failed last")).to_have_count(0)


def test_what_is_ticked_is_retried_by_one_key(page: Page) -> None:
    page.goto("/admin/tasks/?status=FAILED")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("r")
    page.wait_for_load_state()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Retry")
    expect(page.get_by_text("1 task", exact=False).first).to_be_visible()
