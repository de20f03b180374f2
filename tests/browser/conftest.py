"""A real Chromium on the dashboard as it is served."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from dashboard import create_app
from tests.dashboard.people import read_cookies, sign_in
from tests.databases import Databases, psql
from tests.servers import serve_dashboard
from vision_tasks.config import Settings

QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)


# A page that is slow because the machine is busy is no fault of the page.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # No longer than a module: while it lives, no other event loop can run in this thread.
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        # Set where every test must run, so that a missing browser is not taken for a pass.
        assert "VISION_TASKS_REQUIRE_BROWSER" not in os.environ, "no Chromium is installed"
        pytest.skip("no Chromium is installed, so no browser test can run")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def served(databases: Databases, template: str) -> Iterator[tuple[Settings, str]]:
    """One server for all tests of a module, and its settings."""
    with databases.create(template=template) as settings, serve_dashboard(settings) as url:
        yield settings, url


@pytest.fixture
def cursor(served: tuple[Settings, str]) -> Iterator[Any]:
    """Somebody else at psql; the desk begins empty."""
    with psql(served[0]) as cursor:
        cursor.execute("DELETE FROM tasks")
        yield cursor


@pytest.fixture
def page(chromium: Browser, served: tuple[Settings, str]) -> Iterator[Page]:
    """A page of an admin, in a fresh profile; the test fails if its console held an error."""
    settings, url = served
    context = chromium.new_context(base_url=url, viewport={"width": 1280, "height": 900})
    for name, value in read_cookies(sign_in(create_app(settings))).items():
        context.add_cookies([{"name": name, "value": value, "url": url}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    # Chromium also notes the status of our own page that tells of a conflict.
    assert [text for text in complaints if "409 (Conflict)" not in text] == []
