"""An action on many tasks as a browser drives it, beside plain UPDATEs of the same rows."""

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from dashboard import create_app
from tests.benchmarks.conftest import ROW, TITLE
from tests.dashboard.people import read_cookies, sign_in
from tests.databases import Databases, psql
from tests.servers import serve_dashboard
from vision_tasks.config import Settings
from vision_tasks.upgrade import upgrade_to_head

TASKS = 100_000
MOST_SECONDS = 30
OTHERS = 100
FILL = """
INSERT INTO tasks (filename, status, result, created_at)
SELECT 'night-' || number || '.jpg', 'FAILED', '{"error": "timeout"}',
       now() - number * interval '1 s' FROM generate_series(1, %s) AS number"""
FILL_OTHERS = """
INSERT INTO tasks (id, filename)
SELECT ('ffffffff-0000-4000-8000-' || lpad(number::text, 12, '0'))::uuid, 'other.jpg'
  FROM generate_series(1, %s) AS number"""
TOUCH = "UPDATE tasks SET result = to_jsonb(random()) WHERE id = %s"
RETRY = "UPDATE tasks SET status = 'PENDING' WHERE status = 'FAILED'"
RESET = "UPDATE tasks SET status = 'FAILED' WHERE status = 'PENDING' AND filename <> 'other.jpg'"
IDLE_SECONDS = 3


@pytest.fixture
def settings(durable: Databases) -> Iterator[Settings]:
    with durable.create() as settings:
        upgrade_to_head(settings)
        with psql(settings) as cursor:
            cursor.execute(FILL, (TASKS,))
            cursor.execute(FILL_OTHERS, (OTHERS,))
            cursor.execute("VACUUM ANALYZE tasks")
        yield settings


@pytest.mark.timeout(600)
def test_a_hundred_thousand_tasks_are_retried_and_taken_back(
    settings: Settings, record_property: Callable[[str, object], None]
) -> None:
    record_property(TITLE, f"{TASKS:,} tasks at once, fsync on: seconds, others' updates meanwhile")
    with (
        psql(settings) as cursor,
        serve_dashboard(settings) as server,
        httpx.Client(base_url=server, timeout=60) as client,
    ):
        client.cookies.update(read_cookies(sign_in(create_app(settings))))
        with _watch(settings) as idle:
            time.sleep(IDLE_SECONDS)
        record_property(ROW, f"{'nothing':22} {'':8}  {_tell(idle)}")
        for name, order in (("without a history", "DISABLE"), ("with it", "ENABLE")):
            cursor.execute(f"ALTER TABLE tasks {order} TRIGGER tasks_record_change")
            with _watch(settings) as waits:
                taken = _time(lambda: cursor.execute(RETRY))
            record_property(ROW, f"UPDATE {name:15} {taken:6.1f} s  {_tell(waits)}")
            cursor.execute(RESET)
            cursor.execute("VACUUM ANALYZE tasks")
        url = ""
        for action in ("retry", "undo", "delete"):
            with _watch(settings) as waits:
                began = time.perf_counter()
                url = _prepare(client, action, url)
                dry = time.perf_counter() - began
                _drive(client, url)
                taken = time.perf_counter() - began
            record_property(
                ROW, f"{action + ',':7} dry run {dry:3.1f} s  {taken:6.1f} s  {_tell(waits)}"
            )
            cursor.execute(
                "SELECT sum(changed) FROM task_batch_chunks WHERE batch_id ="
                " (SELECT id FROM task_batches ORDER BY created_at DESC LIMIT 1)"
            )
            assert cursor.fetchone() == (TASKS,)
            assert taken < MOST_SECONDS


def _time(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def _find_token(client: httpx.Client) -> str:
    page = client.get("/admin/tasks/").text
    return page.split('name="csrf_token" value="')[1].split('"')[0]


def _prepare(client: httpx.Client, action: str, before: str) -> str:
    """Make the dry run of an action, or of undoing the one before; returns its address."""
    token = {"csrf_token": _find_token(client)}
    if action == "undo":
        answer = client.post(f"{before}undo", data=token)
    else:
        order = {"action": action, "scope": "matching", "filter": "search=night-"}
        answer = client.post("/admin/tasks/bulk/prepare", data=token | order)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def _drive(client: httpx.Client, url: str) -> None:
    """Start the batch and go on until it is done, as the script of its page does."""
    form = {"csrf_token": _find_token(client), "confirmation": str(TASKS)}
    assert client.post(f"{url}start", data=form).status_code == 303
    while True:
        answer = client.post(f"{url}continue", data=form, headers={"Accept": "application/json"})
        assert answer.status_code == 200, answer.text
        if answer.json()["state"] == "done":
            return


@contextmanager
def _watch(settings: Settings) -> Iterator[list[float]]:
    """Update one task after the other, as a client of the API does, until the block ends."""
    waits: list[float] = []
    ended = threading.Event()

    def work() -> None:
        with psql(settings) as cursor:
            while not ended.is_set():
                task_id = f"ffffffff-0000-4000-8000-{len(waits) % OTHERS + 1:012}"
                began = time.perf_counter()
                cursor.execute(TOUCH, (task_id,))
                waits.append(time.perf_counter() - began)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield waits
    finally:
        ended.set()
        thread.join()


def _tell(waits: list[float]) -> str:
    return (
        f"{len(waits) / sum(waits):6,.0f}/s, {1000 * statistics.median(waits):.1f} ms,"
        f" {1000 * max(waits):.0f} ms at most"
    )
