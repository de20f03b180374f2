"""A person at one task: its result is searched and folded, its picture seen, its JSON typed."""

import json
from collections.abc import Iterator
from itertools import product
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard import create_app
from dashboard.result_limits import list_result_limits
from tests.browser.accessibility import list_faults
from tests.browser.files import serve_files
from tests.browser.json_texts import MAX_BYTES, TEXTS, agrees, check_at_server
from tests.dashboard.people import read_cookies, sign_in
from tests.databases import Databases
from tests.factories import add_task, read_task
from tests.servers import serve_dashboard
from vision_tasks.config import Settings
from vision_tasks.file_addresses import format_file_url
from vision_tasks.lifecycle import TaskStatus

RESULT = {
    "error": "timeout",
    "boxes": [{"label": name, "x": x} for x, name in enumerate(["cat", "Cathedral", "dog"])],
    "mask": [0] * 250 + ["needle"],
    "trace": "first line\nsecond line with a needle",
}
PIECES = ("..", ".", "/", "\\", "%2e", "a", "?", "#", "@evil.example", "//", " ")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of somebody's server of files."""
    with serve_files(tmp_path_factory.mktemp("files")) as port:
        yield port


@pytest.fixture(scope="module")
def served(databases: Databases, template: str, files: int) -> Iterator[tuple[Settings, str]]:
    """A desk that knows where the files are."""
    with databases.create(template=template) as plain:
        address = f"http://127.0.0.1:{files}/{{path}}"
        settings = plain.model_copy(update={"FILE_URL_TEMPLATE": address})
        with serve_dashboard(settings) as url:
            yield settings, url


@pytest.fixture
def quiet(chromium: Browser, served: tuple[Settings, str]) -> Iterator[Page]:
    """A page of an admin whose console may hold errors."""
    settings, url = served
    context = chromium.new_context(base_url=url)
    for name, value in read_cookies(sign_in(create_app(settings))).items():
        context.add_cookies([{"name": name, "value": value, "url": url}])
    yield context.new_page()
    context.close()


def find_faults(page: Page) -> list[str]:
    # Half-way through a transition a colour is neither of the two.
    page.emulate_media(reduced_motion="reduce")
    return list_faults(page, ".desk")


def test_a_result_is_searched_and_folded(page: Page, cursor):
    task_id = add_task(cursor, "notes.txt", result=json.dumps(RESULT))
    page.goto(f"/admin/tasks/{task_id}/")
    expect(page.get_by_text('"Cathedral"', exact=True)).to_be_visible()
    expect(page.get_by_text('"needle"', exact=True)).to_be_hidden()
    box = page.get_by_role("searchbox", name="Search in the result")
    status = page.locator(".desk-result-tools [role=status]")
    here = page.locator(".desk-here")

    box.fill("CAT")
    expect(status).to_have_text("1 of 2")
    expect(here).to_contain_text('"cat"')
    box.press("Enter")
    expect(status).to_have_text("2 of 2")
    expect(here).to_contain_text('"Cathedral"')
    box.press("Enter")
    expect(status).to_have_text("1 of 2")
    box.press("Shift+Enter")
    expect(status).to_have_text("2 of 2")
    assert page.evaluate("[...CSS.highlights.get('desk-result')].map(String)") == ["cat", "Cat"]

    box.fill("needle")
    expect(status).to_have_text("1 of 2")
    expect(page.get_by_text('"needle"', exact=True)).to_be_visible()
    expect(here).to_be_in_viewport()
    expect(page.locator(".desk-long pre")).to_be_visible()
    box.fill("nowhere")
    expect(status).to_have_text("not found")
    expect(page.get_by_text('"needle"', exact=True)).to_be_hidden()

    page.get_by_role("button", name="Unfold all").click()
    expect(page.get_by_text('"needle"', exact=True)).to_be_visible()
    page.get_by_role("button", name="Fold all", exact=True).click()
    expect(page.get_by_text('"Cathedral"', exact=True)).to_be_hidden()
    expect(page.get_by_text('"timeout"', exact=True)).to_be_visible()


def test_the_raw_text_is_a_click_away_and_can_be_copied(page: Page, cursor):
    task_id = add_task(cursor, "notes.txt", result='{"n": 12345678901234567890.10}')
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/admin/tasks/{task_id}/")
    raw = page.locator(".desk-raw pre")
    expect(raw).to_be_hidden()
    page.get_by_text("Raw text").click()
    expect(raw).to_have_text('{"n": 12345678901234567890.10}')
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == '{"n": 12345678901234567890.10}'


def test_without_javascript_a_result_folds_all_the_same(chromium, served, quiet: Page, cursor):
    task_id = add_task(cursor, "notes.txt", result=json.dumps(RESULT))
    context = chromium.new_context(base_url=served[1], java_script_enabled=False)
    context.add_cookies(quiet.context.cookies())
    page = context.new_page()
    page.goto(f"/admin/tasks/{task_id}/")
    expect(page.get_by_role("searchbox")).to_have_count(0)
    expect(page.get_by_text('"Cathedral"', exact=True)).to_be_visible()
    page.get_by_text("boxes", exact=True).click()
    expect(page.get_by_text('"Cathedral"', exact=True)).to_be_hidden()
    context.close()


def test_a_picture_of_that_server_is_shown_and_of_no_other(quiet: Page, cursor, files: int):
    task_id = add_task(cursor, "cam 1/cat.png", status=TaskStatus.FAILED, result='"x"')
    quiet.goto(f"/admin/tasks/{task_id}/")
    picture = quiet.get_by_role("img", name="cam 1/cat.png")
    expect(picture).to_have_js_property("naturalWidth", 1)
    expect(quiet.get_by_text("The picture cannot be shown")).to_be_hidden()
    with quiet.context.expect_page() as opened:
        picture.click()
    assert opened.value.url == f"http://127.0.0.1:{files}/cam%201/cat.png"
    assert opened.value.evaluate("[window.opener, document.referrer]") == [None, ""]
    # The same file by another name is another origin.
    blocked = quiet.evaluate(
        """url => new Promise((tell) => {
          document.addEventListener("securitypolicyviolation", (event) => tell(event.blockedURI));
          new Image().src = url;
        })""",
        f"http://localhost:{files}/cam%201/cat.png",
    )
    assert blocked == f"http://localhost:{files}/cam%201/cat.png"


def test_where_a_picture_cannot_be_loaded_a_sentence_says_so(quiet: Page, cursor, files: int):
    task_id = add_task(cursor, "cam 2/gone.png")
    quiet.goto(f"/admin/tasks/{task_id}/")
    expect(quiet.get_by_text("The picture cannot be shown")).to_be_visible()
    expect(quiet.get_by_role("img", name="cam 2/gone.png")).to_be_hidden()
    address = quiet.get_by_role("link", name=f"http://127.0.0.1:{files}/cam%202/gone.png")
    expect(address).to_be_visible()


def test_a_browser_takes_no_filename_elsewhere(page: Page):
    urls = [
        url
        for name in map("".join, product(PIECES, repeat=3))
        for field in ("path", "filename")
        if (url := format_file_url(f"http://files.example/data/{{{field}}}", UUID(int=1), name))
    ]
    assert len(urls) > 500
    page.goto("/admin/tasks/new")
    read = page.evaluate("urls => urls.map((url) => new URL(url).href)", urls)
    assert [url for url in read if not url.startswith("http://files.example/data/")] == []
    assert [url for url in read if "?" in url or "#" in url] == []


def test_one_goes_through_the_list_task_by_task(page: Page, cursor):
    for number, status in enumerate(["FAILED", "PENDING", "FAILED", "PENDING"]):
        add_task(cursor, f"{number}.txt", status=TaskStatus(status))
    page.goto("/admin/tasks/?status=FAILED")
    page.get_by_role("link", name="2.txt", exact=True).click()
    expect(page.get_by_role("link", name="Previous")).to_have_count(0)
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("heading", name="0.txt")).to_be_visible()
    expect(page.get_by_role("link", name="Next")).to_have_count(0)
    page.get_by_role("link", name="Previous").click()
    expect(page.get_by_role("heading", name="2.txt")).to_be_visible()
    page.get_by_role("link", name="Back to the list").click()
    assert page.url.endswith("/admin/tasks/?status=FAILED")


def test_an_unfolded_result_is_open_to_everybody_and_fits_a_phone(page: Page, cursor):
    deep = json.loads('{"k":[' * 25 + '"' + "x" * 150 + '"' + "]}" * 25)
    result = {**RESULT, "y" * 90: deep, "none": [None, True, {}, 1.5, "\u202e"]}
    task_id = add_task(cursor, "cam 1/cat.png", result=json.dumps(result))
    page.goto(f"/admin/tasks/{task_id}/")
    page.get_by_role("button", name="Unfold all").click()
    expect(page.get_by_text("xxx").first).to_be_visible()
    page.get_by_role("searchbox").fill("cat")
    expect(page.locator(".desk-here")).to_be_visible()
    page.locator(".desk-raw summary").click()
    assert find_faults(page) == []


def test_the_editor_says_of_any_text_what_the_server_says(page: Page, cursor):
    page.goto(f"/admin/tasks/{add_task(cursor)}/edit")
    found = page.evaluate(
        "([texts, limits]) => texts.map((text) => DeskJson.check(text, limits))",
        [TEXTS, list_result_limits(MAX_BYTES)],
    )
    disagreements = [
        (text, said, server)
        for text, said in zip(TEXTS, found, strict=True)
        if not agrees(said, server := check_at_server(text))
    ]
    assert disagreements == []


def test_json_is_laid_out_without_a_digit_lost(page: Page, cursor):
    texts = [text for text in TEXTS if check_at_server(text) == "valid"]
    page.goto(f"/admin/tasks/{add_task(cursor)}/edit")
    laid_out = page.evaluate(
        """([texts, limits]) => texts.map((text) => {
          const again = DeskJson.format(DeskJson.check(text, limits).pieces);
          return [again, DeskJson.format(DeskJson.check(again, limits).pieces)];
        })""",
        [[*texts, '{"b":[1.50,{},[[]]],"a":{"x":1E+2}}'], list_result_limits(10**6)],
    )
    for text, (once, twice) in zip(texts, laid_out, strict=False):
        assert once == twice
        squeezed, original = ("".join(one.split()) for one in (once, text))
        assert squeezed == original
    assert laid_out[-1][0] == (
        '{\n  "b": [\n    1.50,\n    {},\n    [\n      []\n    ]\n  ],\n'
        '  "a": {\n    "x": 1E+2\n  }\n}'
    )


def test_json_is_checked_as_one_types(quiet: Page, cursor):
    task_id = add_task(cursor, result='{"n": 1.50}')
    quiet.goto(f"/admin/tasks/{task_id}/edit")
    field = quiet.get_by_label("Result")
    status = quiet.locator("#result-check")
    expect(status).to_have_text("Valid JSON.")
    field.fill('{"n": 12345678901234567890.10,\n "😀": }')
    expect(status).to_contain_text("Line 2, column 7: a value is expected here")
    expect(field).to_have_attribute("aria-describedby", "result-help result-check")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert find_faults(quiet) == []
    expect(quiet.get_by_role("button", name="Format")).to_be_disabled()
    quiet.get_by_role("button", name="Go to it").click()
    quiet.keyboard.type("null")
    expect(status).to_contain_text("a comma or } is expected")
    quiet.keyboard.type("}")
    expect(status).to_have_text("Valid JSON.")
    expect(quiet.get_by_role("button", name="Go to it")).to_be_hidden()
    quiet.get_by_role("button", name="Format").click()
    text = '{\n  "n": 12345678901234567890.10,\n  "😀": null\n}'
    expect(field).to_have_value(text)
    quiet.keyboard.press("Control+z")
    expect(field).not_to_have_value(text)
    field.fill(" ")
    expect(status).to_have_text("Empty: no result.")
    field.fill('{"n": 2.50, "n": 3}')
    expect(status).to_contain_text('the name "n" is in this object already')
    quiet.keyboard.press("Tab")
    expect(field).not_to_be_focused()
    # Nothing is held back: it is the server that refuses.
    quiet.get_by_role("button", name="Save").click()
    expect(quiet.locator("#result-error")).to_contain_text("twice in one object")
    quiet.get_by_label("Result").fill("[2.50]")
    quiet.get_by_role("button", name="Save").click()
    expect(quiet.get_by_text("Saved: result.")).to_be_visible()
    assert read_task(cursor, task_id)["result"] == "[2.50]"
