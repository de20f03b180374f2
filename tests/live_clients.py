"""Clients of the deployed system that go on working, and how long each of them had to wait."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg2

from tests.databases import psql
from vision_tasks.config import Settings

PAUSE_SECONDS = 0.005
WORK = {
    "insert": "INSERT INTO tasks (id, status, filename, result)"
    " VALUES (gen_random_uuid(), 'PENDING', 'live.jpg', '{\"live\": 1}'::json)",
    "read": "SELECT id, status, filename, result, created_at, updated_at FROM tasks"
    " WHERE status = 'FAILED' LIMIT 20",
    "update": "UPDATE tasks SET result = ('{\"seen\": ' || (random() * 1e9)::bigint || '}')::json"
    " WHERE id = ('ffffffff-0000-4000-8000-' || lpad((random() * 99)::int::text, 12, '0'))::uuid"
    " RETURNING id::text, result::text",
}
UPDATED = """
INSERT INTO tasks (id, status, filename)
SELECT ('ffffffff-0000-4000-8000-' || lpad(number::text, 12, '0'))::uuid, 'PENDING', 'live.jpg'
  FROM generate_series(0, 99) AS number"""


@dataclass
class Waits:
    """The longest wait of each kind of client in seconds, and what went wrong."""

    longest: dict[str, float] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    written: dict[str, str] = field(default_factory=dict)
    """The last result that was stored of each task that was updated."""

    def take(self) -> dict[str, float]:
        """Return the longest waits so far, and begin anew."""
        taken, self.longest = self.longest, {}
        return taken


@contextmanager
def work_meanwhile(settings: Settings) -> Iterator[Waits]:
    """Insert, read and update, each on a connection of its own, until the block ends."""
    waits, ended = Waits(), threading.Event()
    with psql(settings) as cursor:
        cursor.execute(UPDATED)

    def work(name: str, statement: str) -> None:
        with psql(settings) as cursor:
            while not ended.wait(PAUSE_SECONDS):
                began = time.perf_counter()
                try:
                    cursor.execute(statement)
                    if name == "update":
                        waits.written.update(cursor.fetchall())
                except psycopg2.Error as exc:
                    waits.errors.append(f"{name}: {type(exc).__name__}: {exc}")
                waited = time.perf_counter() - began
                waits.longest[name] = max(waited, waits.longest.get(name, 0))

    threads = [threading.Thread(target=work, args=pair) for pair in WORK.items()]
    for thread in threads:
        thread.start()
    try:
        yield waits
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def fetch_lost(cursor: Any, waits: Waits) -> list[str]:
    """List the tasks whose last stored result is no longer what they hold."""
    cursor.execute(
        "SELECT id::text, result::text FROM tasks WHERE id::text = ANY(%s)", (list(waits.written),)
    )
    found = dict(cursor.fetchall())
    return [task_id for task_id, result in waits.written.items() if found.get(task_id) != result]
