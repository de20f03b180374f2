"""The desk in a host's theme, light or dark: every word of ours stands out from its ground."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask_admin import Admin
from flask_admin.theme import Bootstrap4Theme
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server

from dashboard import EveryoneAllowed, TaskDashboard
from tests.dashboard.host import make_host
from tests.factories import add_task
from vision_tasks.lifecycle import TaskStatus

CONTRAST = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
LEAST = 4.5


@contextmanager
def serve_host(settings, swatch) -> Iterator[str]:
    app = make_host()
    admin = Admin(app, name="Host", theme=Bootstrap4Theme(swatch=swatch))
    TaskDashboard(access=EveryoneAllowed(), settings=settings).init_app(app, admin)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        app.extensions["vision_tasks"].engine.dispose()


@pytest.mark.parametrize("swatch", ["default", "darkly", "cyborg"])
def test_every_word_is_readable(chromium: Browser, served, cursor, swatch):
    ids = [add_task(cursor, f"{status}.jpg", status=status) for status in TaskStatus]
    task_id = add_task(cursor, "base.jpg", result=json.dumps({"k": list(range(40))}))
    with serve_host(served[0], swatch) as url:
        page = chromium.new_page(base_url=url)

        def check() -> None:
            # Without its style sheets the page is in the theme's colours alone.
            page.wait_for_load_state("load")
            assert page.evaluate(CONTRAST, LEAST) == [], page.url

        for path in ("?search=jpg", "?status=x", "overview/", f"{task_id}/", f"{task_id}/delete"):
            page.goto(f"/admin/tasks/{path}")
            check()
        page.goto(f"/admin/tasks/{task_id}/edit")
        page.get_by_label("Filename").fill("")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Nothing was saved yet")).to_be_visible()
        check()
        page.get_by_label("Filename").fill("mine.jpg")
        page.get_by_label("Result").fill('{"k": 1}')
        cursor.execute(
            "UPDATE tasks SET filename = 'theirs.jpg', result = result || '{\"n\": 1}'"
            " WHERE id = %s",
            (str(task_id),),
        )
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", name="Changed meanwhile")).to_be_visible()
        check()
        page.goto("/admin/tasks/")
        page.get_by_label("Tick all on this page").check()
        cursor.execute("UPDATE tasks SET result = '1' WHERE id = %s", (str(ids[0]),))
        page.get_by_label("Action").select_option("delete")
        page.get_by_role("button", name="on the ticked").click()
        expect(page.get_by_role("heading", name="Delete: 4 tasks would change")).to_be_visible()
        check()
        page.close()
