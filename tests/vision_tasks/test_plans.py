"""The plans of the lists: an index gives the rows in order, whatever the size."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, Executable

from tests.databases import Databases, psql
from tests.vision_tasks.plans import list_nodes
from vision_tasks.count_queries import explain_filter, read_estimate, select_count
from vision_tasks.database import create_sync_engine
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.queries import (
    select_oldest_waiting,
    select_task,
    select_tasks,
)
from vision_tasks.records import IdRange, Order, Position, TaskFilter
from vision_tasks.result_conditions import parse_conditions
from vision_tasks.search_queries import select_reach, select_scouting
from vision_tasks.search_ways import NEAR_OF_STATUS, Lookup

ROWS = 30_000
MIDDLE = Position(datetime(2026, 1, 10, tzinfo=UTC), UUID(int=0))
BACK = Position(MIDDLE.moment, MIDDLE.id, backward=True)
FAILED = TaskFilter(status=TaskStatus.FAILED)
FROM_MIDDLE = TaskFilter(created_from=MIDDLE.moment)
TIMEOUT = TaskFilter(result=parse_conditions('error = "timeout"', "result"))
BEGINNING = TaskFilter(ids=IdRange(UUID("abcd" + 28 * "0"), UUID("abcd" + 28 * "f")))


@pytest.fixture(scope="module")
def engine(databases: Databases, template: str) -> Iterator[Engine]:
    with databases.create(template=template) as settings, psql(settings) as cursor:
        cursor.execute(
            "INSERT INTO tasks (filename, status, created_at, updated_at, result)"
            " SELECT n || '.jpg', (enum_range(NULL::taskstatus))[CASE WHEN n > 24000 THEN 1"
            " ELSE n %% 4 + 1 END], moment, moment + n %% 60 * interval '1 minute',"
            " CASE WHEN n <= 24000 THEN jsonb_build_object('objects', n %% 9, 'error',"
            " CASE WHEN n %% 1000 = 7 THEN 'timeout' ELSE 'decode' END) END"
            " FROM (SELECT n, '2026-01-01'::timestamptz + n * interval '1 minute' AS moment"
            "         FROM generate_series(1, %s) AS n) AS one",
            (ROWS,),
        )
        cursor.execute("VACUUM ANALYZE tasks")
        engine = create_sync_engine(settings, application="test")
        yield engine
        engine.dispose()


@pytest.mark.parametrize(
    ("task_filter", "position"),
    [
        (TaskFilter(), None),
        (TaskFilter(), MIDDLE),
        (TaskFilter(), BACK),
        (FAILED, None),
        (FAILED, MIDDLE),
        (FAILED, BACK),
        (FROM_MIDDLE, None),
        (TaskFilter(created_to=MIDDLE.moment), None),
        (TaskFilter(order=Order.UPDATED), None),
        (TaskFilter(order=Order.UPDATED), BACK),
        (TaskFilter(FAILED.status, order=Order.UPDATED), MIDDLE),
        (TaskFilter(updated_to=MIDDLE.moment, order=Order.UPDATED), None),
    ],
)
def test_a_page_reads_little_more_than_its_rows(
    engine: Engine, task_filter: TaskFilter, position: Position | None
) -> None:
    nodes = list_nodes(engine, select_tasks(task_filter, limit=50, position=position))
    kinds = {node["Node Type"] for node in nodes}
    assert kinds <= {"Limit", "Index Scan", "Result"}, kinds
    assert max(node["Actual Rows"] for node in nodes) <= 51


@pytest.mark.parametrize(
    ("task_filter", "position"),
    [
        (FAILED, None),
        (TaskFilter(FAILED.status, created_from=MIDDLE.moment), None),
        (TaskFilter(created_to=MIDDLE.moment + timedelta(days=9)), MIDDLE),
        (TaskFilter(created_from=MIDDLE.moment - timedelta(days=9)), BACK),
        (TaskFilter(FAILED.status, created_to=MIDDLE.moment + timedelta(days=9)), MIDDLE),
        (TaskFilter(FAILED.status, updated_from=MIDDLE.moment, order=Order.UPDATED), None),
        (TaskFilter(updated_to=MIDDLE.moment + timedelta(days=9), order=Order.UPDATED), MIDDLE),
    ],
)
def test_a_page_begins_at_its_first_task(
    engine: Engine, task_filter: TaskFilter, position: Position | None
) -> None:
    nodes = list_nodes(engine, select_tasks(task_filter, limit=50, position=position))
    assert max(node["Shared Hit Blocks"] + node["Shared Read Blocks"] for node in nodes) < 20


@pytest.mark.parametrize(
    "task_filter",
    [TaskFilter(), FAILED, FROM_MIDDLE, TaskFilter(FAILED.status, order=Order.UPDATED)],
)
def test_a_count_goes_no_further_than_its_end(engine: Engine, task_filter: TaskFilter) -> None:
    # As where many tasks have changed since the last VACUUM.
    setting = "enable_indexonlyscan = off"
    nodes = list_nodes(engine, select_count(task_filter, limit=100), setting=setting)
    assert all(node["Actual Rows"] <= 100 for node in nodes)
    assert all(node.get("Rows Removed by Filter", 0) == 0 for node in nodes)


@pytest.mark.parametrize("statement", [select_oldest_waiting(), select_task(UUID(int=7))])
def test_a_single_task_is_found_by_an_index(engine: Engine, statement: Executable) -> None:
    assert {node["Node Type"] for node in list_nodes(engine, statement)} <= {"Limit", "Index Scan"}


@pytest.mark.parametrize(
    ("task_filter", "index"), [(TIMEOUT, "ix_tasks_result"), (BEGINNING, "tasks_pkey")]
)
def test_what_is_rare_is_looked_up_in_its_index(
    engine: Engine, task_filter: TaskFilter, index: str
) -> None:
    statement = select_tasks(task_filter, limit=50, position=None, way=Lookup(None))
    assert index in {node.get("Index Name") for node in list_nodes(engine, statement)}


@pytest.mark.parametrize("rows", [1_000, 5_000])
def test_tasks_without_a_result_are_passed_over_where_one_is_asked_for(
    engine: Engine, rows: int
) -> None:
    wanted = TaskFilter(result=parse_conditions("objects > 30", "result"))
    for statement in (select_scouting(wanted, None), select_reach(wanted, None, rows)):
        nodes = list_nodes(engine, statement)
        assert "ix_tasks_with_result" in {node.get("Index Name") for node in nodes}
        assert all(node.get("Rows Removed by Filter", 0) == 0 for node in nodes)


def test_of_a_status_no_more_tasks_are_looked_at_than_shall_be(engine: Engine) -> None:
    # Those that wait have no result but for a few, which may be the oldest.
    wanted = TaskFilter(TaskStatus.PENDING, result=TIMEOUT.result)
    nodes = list_nodes(engine, select_scouting(wanted, None))
    assert all(node.get("Rows Removed by Filter", 0) <= NEAR_OF_STATUS for node in nodes)


@pytest.mark.parametrize(("asked", "tasks"), [("objects missing", 6_000), ("objects > 5", 8_000)])
def test_about_how_many_results_match_is_known(engine: Engine, asked: str, tasks: int) -> None:
    wanted = TaskFilter(result=parse_conditions(asked, "result"))
    with engine.connect() as connection:
        about = read_estimate(connection.execute(explain_filter(wanted)).scalar_one())
    assert tasks / 2 < about < tasks * 2
