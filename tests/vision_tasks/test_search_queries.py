"""Each way finds the tasks of the list, and reads no more than it should."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection

from tests.databases import Databases, psql
from vision_tasks.database import create_sync_engine
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.queries import select_tasks
from vision_tasks.records import Position, TaskFilter
from vision_tasks.search_queries import read_scouting, select_scouting
from vision_tasks.search_ways import NEAR, Lookup, Scouting, Walk, Way, list_ways

ROWS = 30_000
OLDEST = datetime(2026, 1, 1, tzinfo=UTC)
MIDDLE = OLDEST + timedelta(minutes=ROWS / 2)
HERE = Position(MIDDLE, UUID(int=0))
BACK = Position(MIDDLE, UUID(int=0), backward=True)
FILTERS = [
    TaskFilter(filename=part)
    for part in ("PHOTO", "hundred", "thousand", "old-", "_%", "none", "7")
] + [
    TaskFilter(filename="photo", status=TaskStatus.FAILED),
    TaskFilter(filename="thousand", status=TaskStatus.COMPLETED, created_to=MIDDLE),
    TaskFilter(filename="hundred", created_from=MIDDLE),
    TaskFilter(filename="none", created_from=MIDDLE, created_to=MIDDLE + timedelta(days=1)),
]


@pytest.fixture(scope="module")
def connection(databases: Databases, template: str) -> Iterator[Connection]:
    with databases.create(template=template) as settings, psql(settings) as cursor:
        cursor.execute(
            "INSERT INTO tasks (filename, status, created_at) SELECT CASE WHEN n %% 100 = 7 THEN"
            " 'hundred' WHEN n %% 1000 = 3 THEN 'thousand' WHEN n < 3000 THEN 'old' WHEN n = 9999"
            " THEN '_%%' ELSE 'Photo' END || '-' || n || '.jpg',"
            " (enum_range(NULL::taskstatus))[CASE WHEN n %% 50 = 3 THEN 4 ELSE 3 END],"
            " %(oldest)s + n / 2 * interval '2 minutes' FROM generate_series(1, %(rows)s) AS n",
            {"rows": ROWS, "oldest": OLDEST},
        )
        cursor.execute("VACUUM ANALYZE tasks")
        engine = create_sync_engine(settings, application="test")
        with engine.connect() as connection:
            yield connection
        engine.dispose()


def scout(connection: Connection, task_filter: TaskFilter, position: Position | None) -> Scouting:
    return read_scouting(connection.execute(select_scouting(task_filter, position)).one())


def find(
    connection: Connection,
    task_filter: TaskFilter,
    position: Position | None,
    way: Way | None,
    limit: int = 50,
) -> list[UUID]:
    statement = select_tasks(task_filter, limit=limit, position=position, way=way)
    return [row.id for row in connection.execute(statement)]


@pytest.mark.parametrize("position", [None, HERE, BACK])
@pytest.mark.parametrize("task_filter", FILTERS, ids=str)
def test_each_way_begins_as_the_list_does(
    connection: Connection, task_filter: TaskFilter, position: Position | None
) -> None:
    expected = find(connection, task_filter, position, None)
    backward = position is not None and position.backward
    bound = MIDDLE + timedelta(days=4 if backward else -4)
    for way in (Walk(None), Lookup(None)):
        assert find(connection, task_filter, position, way) == expected, way
    for partial in (Walk(1_000), Walk(20_000), Lookup(bound)):
        found = find(connection, task_filter, position, partial)
        assert found == expected[: len(found)], partial


@pytest.mark.parametrize("position", [None, HERE, BACK])
@pytest.mark.parametrize("task_filter", FILTERS, ids=str)
def test_the_ways_that_are_taken_find_what_the_list_holds(
    connection: Connection, task_filter: TaskFilter, position: Position | None
) -> None:
    scouting = scout(connection, task_filter, position)
    found: list[UUID] = []
    for way in list_ways(task_filter, scouting, position, limit=50):
        found = find(connection, task_filter, position, way)
        if len(found) > 50:
            break
    assert found == find(connection, task_filter, position, None)


def test_scouting_tells_what_the_first_tasks_are_like(connection: Connection) -> None:
    scouting = scout(connection, TaskFilter(filename="HUNDRED"), None)
    assert (scouting.walked, scouting.matching) == (NEAR, NEAR // 100)
    assert scouting.newest == OLDEST + timedelta(minutes=ROWS)
    back = scout(connection, TaskFilter(filename="hundred"), BACK)
    assert back.oldest is not None
    assert MIDDLE <= back.oldest < MIDDLE + timedelta(minutes=4)
    assert scout(connection, TaskFilter(filename="x", task_id=UUID(int=1)), None) == Scouting(
        0, 0, None, None
    )


def test_the_settings_of_a_search_end_with_its_transaction(connection: Connection) -> None:
    connection.rollback()
    before = connection.exec_driver_sql("SHOW work_mem").scalar()
    scout(connection, TaskFilter(filename="a"), None)
    assert connection.exec_driver_sql("SHOW work_mem").scalar() == "32MB"
    connection.rollback()
    assert connection.exec_driver_sql("SHOW work_mem").scalar() == before


@pytest.mark.parametrize(
    ("way", "index", "most"),
    [
        (Walk(1_000), "ix_tasks_created_at_id", 1_000),
        (Lookup(None), "ix_tasks_filename_trgm", 30),
        (Lookup(MIDDLE), "ix_tasks_filename_trgm", 30),
    ],
)
def test_a_way_reads_by_its_index(connection: Connection, way: Way, index: str, most: int) -> None:
    nodes = _explain(connection, TaskFilter(filename="thousand"), way)
    assert index in {node.get("Index Name") for node in nodes}
    assert "Seq Scan" not in {node["Node Type"] for node in nodes}
    assert max(node["Actual Rows"] for node in nodes) <= most


def test_going_through_the_whole_list_asks_no_trigram(connection: Connection) -> None:
    nodes = _explain(connection, TaskFilter(filename="thousand"), Walk(None))
    assert "ix_tasks_filename_trgm" not in {node.get("Index Name") for node in nodes}


def _explain(connection: Connection, task_filter: TaskFilter, way: Way) -> list[dict[str, Any]]:
    statement = select_tasks(task_filter, limit=50, position=None, way=way)
    sql = str(statement.compile(connection, compile_kwargs={"literal_binds": True}))
    (plan,) = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}").scalar_one()
    waiting, nodes = [plan["Plan"]], []
    while waiting:
        nodes.append(waiting.pop())
        waiting += nodes[-1].get("Plans", [])
    return nodes


@pytest.mark.parametrize("status", [None, TaskStatus.COMPLETED])
@pytest.mark.parametrize("way", [Walk(1_000), Walk(None), Lookup(None), Lookup(MIDDLE)])
def test_tasks_are_not_sorted_with_their_results(
    connection: Connection, way: Way, status: TaskStatus | None
) -> None:
    nodes = _explain(connection, TaskFilter(filename="thousand", status=status), way)
    assert [node["Node Type"] for node in nodes[:2]] == ["Limit", "Nested Loop"]
