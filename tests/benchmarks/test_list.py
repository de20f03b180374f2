"""Pages of the list over HTTP: what they cost at ten million tasks beside ten thousand."""

import asyncio
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote
from uuid import UUID

import httpx
import pytest
from quart import Quart
from sqlalchemy import select

from api.cursors import provide_cursors, sign_cursor
from api.parameters import parse_query, read_filter
from tests.benchmarks.conftest import ROW, TITLE
from tests.benchmarks.large_tables import NEWEST, fill
from tests.databases import Databases, psql
from tests.keys import add_key, make_headers
from tests.servers import serve_api
from vision_tasks.config import Settings
from vision_tasks.database import create_sync_engine
from vision_tasks.models import Task
from vision_tasks.records import Position, TaskFilter
from vision_tasks.task_filters import list_conditions
from vision_tasks.upgrade import upgrade_to_head

SMALL, LARGE = 10_000, 10_000_000
TIMES, FEWEST, SECONDS = 25, 3, 10
LIMIT = 50
MOST = 2
FILTERS = {
    "no filter": "",
    "PENDING, the newest fiftieth": "status=PENDING",
    "PROCESSING, 120 tasks": "status=PROCESSING",
    "FAILED, a hundredth": "status=FAILED",
    "COMPLETED, nearly all": "status=COMPLETED",
    "the newest half": "created_from={half}",
    "the oldest half": "created_to={half}",
    "FAILED in the oldest half": "status=FAILED&created_to={half}",
    "filename, half of all": "filename=street",
    "filename, a third": "filename=HARBOUR",
    "filename, a hundredth": "filename=tunnel",
    "filename, 120 tasks": "filename=xray",
    "filename, none": "filename=zeppelin",
    "filename, FAILED": "filename=street&status=FAILED",
    "filename, the oldest half": "filename=street&created_to={half}",
}
# No way to these is short for every table, so they are told and held to nothing.
HARD = {
    "filename, one in 450": "filename=causeway",
    "filename, one in 1,000": "filename=viaduct",
    "filename, one in 4,000": "filename=aqueduct",
    "filename, one in 10,000": "filename=12345",
    "filename, the oldest alone": "filename=legacy",
    "filename, 120 tasks, FAILED": "filename=xray&status=FAILED",
    "filename, a hundredth, FAILED": "filename=tunnel&status=FAILED",
    "filename, two letters, none": "filename=zq",
}


@dataclass(frozen=True)
class Desk:
    """A served desk with a table of so many tasks."""

    settings: Settings
    client: httpx.Client
    tasks: int

    @property
    def half(self) -> str:
        return (NEWEST - timedelta(seconds=self.tasks // 2)).isoformat()


@pytest.fixture(scope="module")
def desks(durable: Databases) -> Iterator[list[Desk]]:
    """A desk of SMALL and one of LARGE size."""
    with ExitStack() as stack:
        yield [stack.enter_context(_open(durable, tasks)) for tasks in (SMALL, LARGE)]


@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("filters", "most"), [(FILTERS, MOST), (HARD, None)])
def test_a_page_costs_the_same_at_any_size_and_depth(
    desks: list[Desk],
    filters: dict[str, str],
    most: float | None,
    record_property: Callable[[str, object], None],
) -> None:
    record_property(
        TITLE, f"GET /tasks, {LIMIT} a page: ms at {SMALL:,} tasks and at {LARGE:,}, their ratio"
    )
    slow = []
    for name, query in filters.items():
        ratios = []
        parts = []
        paths = [_list_pages(desk, query.format(half=quote(desk.half))) for desk in desks]
        for page in paths[0].keys() & paths[1].keys():
            small, large = _measure(desks, [path[page] for path in paths])
            ratios.append(large / small)
            parts.append((page, f"{page} {small:6.1f} {large:8.1f} {large / small:6.2f}x"))
        record_property(ROW, f"{name:31} " + "   ".join(text for _, text in sorted(parts)))
        if most is not None and max(ratios) > most:
            slow.append(name)
    assert slow == []


@contextmanager
def _open(databases: Databases, tasks: int) -> Iterator[Desk]:
    with databases.create() as settings:
        upgrade_to_head(settings)
        fill(databases, settings, tasks)
        with psql(settings) as cursor:
            add_key(cursor)
        with (
            serve_api(settings) as url,
            httpx.Client(base_url=url, headers=make_headers(), timeout=120) as client,
        ):
            yield Desk(settings, client, tasks)


def _list_pages(desk: Desk, query: str) -> dict[str, str]:
    """The paths of the first page, of the one in the middle of the table and of the last."""
    path = f"/api/v1/tasks?limit={LIMIT}&{query}".rstrip("&")
    task_filter = read_filter(parse_query(query))
    places = {
        "half": Position(NEWEST - timedelta(seconds=desk.tasks // 2 + 7), UUID(int=2**128 - 1))
    }
    if (last := _find_last(desk.settings, task_filter)) is not None:
        places["last"] = last
    return {
        "1st": path,
        **{
            name: f"{path}&cursor={asyncio.run(_sign(desk.settings, place, task_filter))}"
            for name, place in places.items()
        },
    }


def _find_last(settings: Settings, task_filter: TaskFilter) -> Position | None:
    oldest = select(Task.created_at, Task.id).where(*list_conditions(task_filter))
    engine = create_sync_engine(settings, application="tests")
    with engine.connect() as connection:
        row = connection.execute(
            oldest.order_by(Task.created_at, Task.id).offset(LIMIT).limit(1)
        ).one_or_none()
    engine.dispose()
    return None if row is None else Position(*row)


async def _sign(settings: Settings, position: Position, task_filter: TaskFilter) -> str:
    app = Quart("api")
    assert settings.SECRET_KEY is not None
    provide_cursors(app, settings.SECRET_KEY.get_secret_value())
    async with app.app_context():
        return sign_cursor(position, task_filter)


def _measure(desks: list[Desk], paths: list[str]) -> list[float]:
    """The medians, in milliseconds, of requests that are sent in turn until it has been long."""
    taken: list[list[float]] = [[] for _ in desks]
    ends_at = time.monotonic() + SECONDS
    while len(taken[0]) < TIMES and (len(taken[0]) < FEWEST or time.monotonic() < ends_at):
        for desk, path, times in zip(desks, paths, taken, strict=True):
            began = time.perf_counter()
            answer = desk.client.get(path)
            times.append(1000 * (time.perf_counter() - began))
            assert answer.status_code == 200, answer.text
    return [statistics.median(times) for times in taken]
