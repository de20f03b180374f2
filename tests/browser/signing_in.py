"""How tests sign in by the page itself."""

from playwright.sync_api import Page, expect


def enter(page: Page, email: str, password: str) -> None:
    """Fill in the form that asks who it is, and send it."""
    # Chromium complains where something is focused before the page has come to do it.
    expect(page.get_by_label("Email address")).to_be_focused()
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
