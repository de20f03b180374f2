"""An admin adds somebody, who signs in with the password that was shown, or by single sign-on."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pydantic import SecretStr

from tests.browser.signing_in import enter
from tests.dashboard.single_sign_on.provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    Provider,
    run_provider,
)
from tests.databases import Databases
from tests.servers import serve_dashboard
from vision_tasks.config import Settings


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with run_provider() as provider:
        yield provider


@pytest.fixture(scope="module")
def served(
    databases: Databases, template: str, provider: Provider
) -> Iterator[tuple[Settings, str]]:
    """A desk that knows the provider."""
    with databases.create(template=template) as settings:
        known = {
            "OIDC_ISSUER": provider.issuer,
            "OIDC_CLIENT_ID": CLIENT_ID,
            "OIDC_CLIENT_SECRET": SecretStr(CLIENT_SECRET),
        }
        with serve_dashboard(settings.model_copy(update=known)) as url:
            yield settings, url


@pytest.fixture
def stranger(chromium: Browser, served: tuple[Settings, str]) -> Iterator[Page]:
    """Somebody else's browser, that is not signed in."""
    context = chromium.new_context(base_url=served[1])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    yield page
    context.close()
    assert complaints == []


def add(page: Page, email: str, role: str) -> None:
    page.goto("/admin/")
    page.get_by_role("link", name="Staff", exact=True).click()
    page.get_by_role("link", name="Add somebody").click()
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Role").select_option(role)


def test_somebody_is_added_signs_in_and_is_disabled(page: Page, stranger: Page):
    add(page, "eva@example.org", "editor")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="eva@example.org is on the staff now")).to_be_visible()
    password = page.locator("code").inner_text()
    page.get_by_role("link", name="I have it").click()

    stranger.goto("/admin/tasks/")
    enter(stranger, "eva@example.org", password)
    expect(stranger.get_by_role("heading", name="Tasks")).to_be_visible()
    expect(stranger.get_by_role("link", name="Staff", exact=True)).to_have_count(0)

    page.get_by_role("button", name="Disable").click()
    expect(
        page.get_by_text("eva@example.org is disabled and signed out everywhere")
    ).to_be_visible()
    stranger.goto("/admin/tasks/")
    expect(stranger.get_by_role("heading", name="Sign in")).to_be_visible()


def test_somebody_signs_in_by_single_sign_on(page: Page, stranger: Page):
    add(page, "ana@example.org", "viewer")
    page.get_by_label("None: they come by single sign-on only").check()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("ana@example.org is on the staff now")).to_be_visible()

    stranger.goto("/admin/tasks/?status=FAILED")
    stranger.get_by_role("link", name="Sign in with single sign-on").click()
    expect(stranger.get_by_role("heading", name="Tasks")).to_be_visible()
    expect(stranger.get_by_role("link", name="ana@example.org")).to_be_visible()
    assert stranger.url.endswith("/admin/tasks/?status=FAILED")
