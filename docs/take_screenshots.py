"""Take the pictures of the README: `uv run python -m docs.take_screenshots`, with a Chromium."""

import shutil
import tempfile
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from docs.example_tasks import fill
from docs.street_pictures import serve_pictures
from tests.browser.signing_in import enter
from tests.desk import Desk, run_desk

HERE = Path(__file__).parent
WIDE, NARROW = (1200, 820), (360, 740)


def main() -> None:
    """Start a desk on an empty database, fill it through the API and photograph its pages."""
    with tempfile.TemporaryDirectory() as directory, serve_pictures() as template:
        Path(directory).chmod(0o755)
        home = Path(directory) / "home"
        environment = {"FILE_URL_TEMPLATE": template}
        with run_desk(home, environment=environment) as desk, sync_playwright() as playwright:
            fill(desk, home)
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            page = _sign_in(browser, desk)
            _photograph(page, desk)
            browser.close()


def _sign_in(browser: Browser, desk: Desk) -> Page:
    page = browser.new_page(base_url=desk.dashboard)
    page.goto("/admin/login?next=/admin/tasks/")
    enter(page, *desk.find_admin())
    page.wait_for_url("**/admin/tasks/")
    return page


def _photograph(page: Page, desk: Desk) -> None:
    _take(page, "/admin/", "overview")
    _take(page, "/admin/", "overview-dark", scheme="dark")
    _take(page, "/admin/tasks/", "list")
    _take(
        page,
        "/admin/tasks/?result=found.label+%3D+bicycle+and+objects+%3E+2",
        "list-dark",
        scheme="dark",
    )
    _take(page, "/admin/tasks/?language=es", "list-narrow", size=NARROW)
    page.goto("/admin/tasks/?language=en&status=COMPLETED")
    page.locator("tbody .desk-name").first.click()
    _take(page, page.url, "details")
    _make_conflict(page, desk)


def _make_conflict(page: Page, desk: Desk) -> None:
    page.goto("/admin/tasks/?status=PROCESSING")
    page.locator("[data-row-edit]").first.click()
    task_id = page.url.split("/")[-2]
    page.get_by_label("Filename").fill("harbour, camera 2.jpg")
    page.get_by_label("Status").select_option("FAILED")
    httpx.patch(
        f"{desk.api}/api/v1/tasks/{task_id}",
        headers={"Authorization": f"Bearer {desk.find_key()}", "If-Match": "*"},
        json={"status": "COMPLETED", "result": {"objects": 2, "model": "street-9"}},
    ).raise_for_status()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Changed meanwhile").wait_for()
    _shoot(page, "conflict")


def _take(
    page: Page,
    address: str,
    name: str,
    *,
    size: tuple[int, int] = WIDE,
    scheme: str = "light",
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(address)
    _shoot(page, name)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})


def _shoot(page: Page, name: str) -> None:
    page.wait_for_load_state()
    for picture in page.locator(".desk-picture img").all():
        picture.evaluate("picture => picture.decode()")
    page.screenshot(path=HERE / f"{name}.png")


if __name__ == "__main__":
    main()
