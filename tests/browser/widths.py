"""How wide a page is."""

from playwright.sync_api import Page


def get_width(page: Page) -> int:
    """Measure what can be scrolled to, in CSS pixels, once the styles have arrived."""
    page.wait_for_load_state()
    return int(page.evaluate("document.documentElement.scrollWidth"))
