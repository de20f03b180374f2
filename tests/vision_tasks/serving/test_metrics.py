"""`/metrics` of `vision-tasks serve --workers N`."""

from pathlib import Path

from tests import plain_http
from tests.api.scrapes import REQUESTS, Scrape
from tests.desk import Desk
from tests.servers import format_environment
from tests.waiting import wait_for
from vision_tasks.config import Settings

WORKERS = 2
SENT = 40


def test_all_workers_are_counted_together_and_leave_nothing_behind(
    own_settings: Settings, tmp_path: Path
) -> None:
    environment = {**format_environment(own_settings), "TMPDIR": str(tmp_path)}
    desk = Desk("--workers", str(WORKERS), environment=environment)
    try:
        desk.wait_for_screen()

        def scrape() -> Scrape:
            return Scrape(plain_http.get(f"{desk.api}/metrics").text)

        wait_for(lambda: scrape().get("worker_processes") == WORKERS, "all workers")
        for _ in range(SENT):
            assert plain_http.get(f"{desk.api}/livez").status_code == 200
        for _ in range(2 * WORKERS):
            livez = {"method": "GET", "route": "/livez", "status": "200"}
            assert scrape().get(REQUESTS, **livez) == SENT
        assert len(list(tmp_path.rglob("counter_*"))) == WORKERS
    finally:
        assert desk.stop() == 0
    assert list(tmp_path.rglob("*.db")) == []
