"""`/metrics` of a server with several worker processes."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from tests import plain_http
from tests.api.problems import TASKS
from tests.api.scrapes import REQUESTS, Scrape
from tests.databases import psql
from tests.keys import add_key, make_headers
from tests.servers import find_free_port, format_environment
from tests.waiting import wait_for
from vision_tasks.config import Settings

WORKERS = 3
REQUESTS_SENT = 60
STOP_SECONDS = 30
ONE_GRANIAN = ["granian", "--interface", "asgi", "--port", "{port}", "asgi:app"]
GRANIAN = [*ONE_GRANIAN, "--workers", str(WORKERS), "--respawn-failed-workers"]
HYPERCORN = ["hypercorn", "--workers", str(WORKERS), "--bind", "127.0.0.1:{port}", "asgi:app"]
LIVEZ = {"method": "GET", "route": "/livez", "status": "200"}
POSTED = {"method": "POST", "route": TASKS, "status": "201"}


class Server:
    """A server whose every request comes on a new connection, for any of its workers."""

    def __init__(self, url: str, process: psutil.Process) -> None:
        self.url = url
        self.process = process

    def get(self, path: str) -> httpx.Response:
        return plain_http.get(f"{self.url}{path}")

    def scrape(self) -> Scrape:
        answer = self.get("/metrics")
        assert answer.status_code == 200
        return Scrape(answer.text)

    def find_page(self) -> Scrape | None:
        """None where nobody answers, or whoever was to answer has gone with the connection."""
        try:
            return self.scrape()
        except httpx.TransportError:
            return None

    def has_all_workers(self) -> bool:
        page = self.find_page()
        return page is not None and page.get("worker_processes") == WORKERS


@contextmanager
def serve(
    settings: Settings, directory: Path, command: Sequence[str], **more: str
) -> Iterator[Server]:
    """Run a server on `settings` that has its temporary files below `directory`."""
    port = find_free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", *(part.format(port=port) for part in command)],
        env={**format_environment(settings), "TMPDIR": str(directory), **more},
    )
    try:
        yield Server(f"http://127.0.0.1:{port}", psutil.Process(process.pid))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    with psql(settings) as cursor:
        add_key(cursor)
    return settings


def list_counters(directory: Path) -> list[Path]:
    return sorted(directory.glob(f"vision-tasks-workers-{os.geteuid()}/*/counter_*"))


def is_counted_in(path: Path) -> bool:
    return b'"/livez"' in path.read_bytes()


@pytest.mark.parametrize("command", [GRANIAN, HYPERCORN], ids=["granian", "hypercorn"])
def test_whichever_worker_answers_tells_what_all_have_counted(
    settings: Settings, tmp_path: Path, command: Sequence[str]
) -> None:
    with serve(settings, tmp_path, command) as server:
        wait_for(server.has_all_workers, "all workers")
        for number in range(REQUESTS_SENT):
            assert server.get("/livez").status_code == 200
            body = {"filename": f"{number}.jpg"}
            url = f"{server.url}{TASKS}"
            assert plain_http.post(url, json=body, headers=make_headers()).status_code == 201
        pages = [server.scrape() for _ in range(3 * WORKERS)]
        counters = list_counters(tmp_path)
        assert len(counters) == WORKERS
        assert sum(map(is_counted_in, counters)) > 1, "one worker answered everything"
    for page in pages:
        assert page.get(REQUESTS, **LIVEZ) == REQUESTS_SENT
        assert page.get(REQUESTS, **POSTED) == REQUESTS_SENT
        assert page.get("http_request_duration_seconds_count", method="GET", route="/livez") == (
            REQUESTS_SENT
        )
        assert page.get("ingest_batch_tasks_sum") == REQUESTS_SENT
        assert page.get("pool_limit_connections") == WORKERS * settings.DATABASE_POOL_SIZE
        assert page.get("tasks", status="PENDING") in (0, REQUESTS_SENT)


def test_a_worker_that_is_killed_and_replaced_takes_nothing_with_it(
    settings: Settings, tmp_path: Path
) -> None:
    with serve(settings, tmp_path, GRANIAN) as server:
        wait_for(server.has_all_workers, "all workers")
        for _ in range(REQUESTS_SENT):
            server.get("/livez")
        before = server.scrape()
        killed = server.process.children()[0]
        killed.kill()
        wait_for(lambda: not killed.is_running() or killed.status() == "zombie", "its end")
        page = wait_for(server.find_page, "another worker")
        assert page.get("worker_processes") in (WORKERS - 1, WORKERS)
        assert page.get("pool_limit_connections") <= WORKERS * settings.DATABASE_POOL_SIZE
        check_nothing_went_down(before, page)
        wait_for(server.has_all_workers, "the new worker")
        assert killed.pid not in {child.pid for child in server.process.children()}
        for _ in range(REQUESTS_SENT):
            server.get("/livez")
        after = server.scrape()
        check_nothing_went_down(page, after)
        assert after.get(REQUESTS, **LIVEZ) == 2 * REQUESTS_SENT
        # However often workers are replaced, there is no more to read.
        assert len(list_counters(tmp_path)) == WORKERS


def check_nothing_went_down(before: Scrape, after: Scrape) -> None:
    now = after.counts()
    assert {key: value for key, value in before.counts().items() if now[key] < value} == {}


def test_a_directory_of_the_operator_is_used_and_left(settings: Settings, tmp_path: Path) -> None:
    chosen = tmp_path / "of" / "the operator"
    with serve(settings, tmp_path, GRANIAN, PROMETHEUS_MULTIPROC_DIR=str(chosen)) as server:
        wait_for(server.has_all_workers, "all workers")
        assert list_counters(tmp_path) == []
    assert len(list(chosen.glob("counter_*"))) == WORKERS


def test_a_server_that_can_share_nothing_serves_and_says_so(
    settings: Settings, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    open_to_all = tmp_path / f"vision-tasks-workers-{os.geteuid()}"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    check_it_serves_alone(settings, tmp_path, capfd)


def test_a_server_without_room_for_its_numbers_serves_and_says_so(
    settings: Settings, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "histogram_worker-0.db").mkdir()
    check_it_serves_alone(settings, tmp_path, capfd, PROMETHEUS_MULTIPROC_DIR=str(tmp_path))


def check_it_serves_alone(
    settings: Settings, directory: Path, capfd: pytest.CaptureFixture[str], **more: str
) -> None:
    with serve(settings, directory, ONE_GRANIAN, **more) as server:
        wait_for(server.find_page, "an answer")
        assert server.scrape().get("worker_processes") == 1
    assert "/metrics will speak of one process only" in capfd.readouterr().err
