"""What a page lacks for whoever sees it dark, narrow, zoomed or not at all."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.widths import get_width

_AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules about colours, the one thing that is another in the dark."""
_RUN = """async ([root, options]) => {
  const { violations } = await axe.run(root, { ...options, resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary}`));
}"""
_ZOOMED = 640
"""What is left of 1280 pixels at a zoom of 200 % (WCAG 1.4.4)."""
_PHONE = 360


def list_faults(page: Page, root: str = "html", *, with_colours: bool = True) -> list[str]:
    """Name all that is wrong with the page below `root`; it ends dark, and as wide as it was."""
    page.wait_for_load_state()
    # By the debugger, for no policy lets a page load it.
    page.evaluate(_AXE)
    return [*_list_violations(page, root, with_colours=with_colours), *_list_widths(page)]


def _list_violations(page: Page, root: str, *, with_colours: bool) -> Iterator[str]:
    options: dict[str, Any] = {"runOnly": _TAGS}
    page.emulate_media(color_scheme="light")
    if not with_colours:
        options["rules"] = {rule: {"enabled": False} for rule in _COLOURS}
    yield from page.evaluate(_RUN, [root, options])
    page.emulate_media(color_scheme="dark")
    if with_colours:
        for fault in page.evaluate(_RUN, [root, {"runOnly": _COLOURS}]):
            yield f"in the dark: {fault}"


def _list_widths(page: Page) -> Iterator[str]:
    before = page.viewport_size
    assert before is not None
    for width in (_ZOOMED, _PHONE):
        page.set_viewport_size({"width": width, "height": 740})
        if (needed := get_width(page)) > width:
            yield f"{needed} pixels wide on {width}"
    page.set_viewport_size(before)
