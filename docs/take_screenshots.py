"""Take the pictures of the README: `uv run python -m docs.take_screenshots`, with a Chromium."""

import random
import shutil
import tempfile
from pathlib import Path

import httpx
from playwright.sync_api import sync_playwright

from tests.desk import Desk, run_desk

HERE = Path(__file__).parent
LABELS = ("car", "truck", "bicycle", "person", "traffic light")
PLACES = ("harbour", "north gate", "market", "crossing 14", "station")


def main() -> None:
    """Start a desk on an empty database, fill it through the API and photograph its list."""
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o755)
        with run_desk(Path(directory) / "home") as desk, sync_playwright() as playwright:
            _fill(desk)
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            page = browser.new_page(viewport={"width": 1200, "height": 760})
            email, password = desk.find_admin()
            page.goto(f"{desk.dashboard}/admin/login?next=/admin/tasks/")
            page.get_by_label("Email address").fill(email)
            page.get_by_label("Password").fill(password)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url("**/admin/tasks/")
            page.screenshot(path=HERE / "list.png")
            browser.close()


def _fill(desk: Desk) -> None:
    chance = random.Random(7)  # noqa: S311
    headers = {"Authorization": f"Bearer {desk.find_key()}"}
    with httpx.Client(base_url=f"{desk.api}/api/v1", headers=headers) as client:
        for number in range(40):
            name = f"{chance.choice(PLACES)} {number + 1:04}.jpg"
            task = client.post("/tasks", json={"filename": name}).json()
            objects = [
                {"label": chance.choice(LABELS), "score": round(chance.uniform(0.5, 1), 2)}
                for _ in range(chance.randint(1, 3))
            ]
            for change in chance.choice(
                (
                    [],
                    [{"status": "PROCESSING"}],
                    [{"status": "PROCESSING"}, {"status": "COMPLETED", "result": objects}],
                    [
                        {"status": "PROCESSING"},
                        {"status": "FAILED", "result": {"error": "timeout"}},
                    ],
                )
            ):
                client.patch(
                    f"/tasks/{task['id']}", json=change, headers={"If-Match": "*"}
                ).raise_for_status()


if __name__ == "__main__":
    main()
