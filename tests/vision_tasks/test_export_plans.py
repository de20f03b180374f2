"""An export begins at once: its tasks are read in their order, and not put in order first."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Select, select, text

from tests.databases import Databases, psql
from vision_tasks.count_queries import Explanation
from vision_tasks.database import create_sync_engine
from vision_tasks.export_queries import select_cells, select_fields
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.models import Task
from vision_tasks.records import Order, TaskFilter

ROWS = 5_000
# Their order in the table is not that of the list, as after a while it never is.
FILL = """
INSERT INTO tasks (filename, status, created_at, updated_at)
SELECT n || '.jpg', (enum_range(NULL::taskstatus))[n %% 4 + 1],
       '2026-01-01'::timestamptz + moment, '2026-02-01'::timestamptz + moment
  FROM (SELECT n, n * interval '1 minute' AS moment FROM generate_series(1, %s) AS n
         ORDER BY md5(n::text)) AS one"""


@pytest.fixture(scope="module")
def connection(databases: Databases, template: str) -> Iterator[Connection]:
    with databases.create(template=template) as settings, psql(settings) as cursor:
        cursor.execute(FILL, (ROWS,))
        cursor.execute("VACUUM ANALYZE tasks")
        engine = create_sync_engine(settings, application="test")
        with engine.begin() as connection:
            # As where the table is too large for the memory of the server.
            connection.execute(text("SET LOCAL random_page_cost = 15"))
            yield connection
        engine.dispose()


def list_nodes(connection: Connection, statement: Select[Any]) -> list[str]:
    plan = connection.execute(Explanation(statement)).scalar_one()
    waiting = [(plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]]
    nodes = []
    while waiting:
        node = waiting.pop()
        nodes.append(node["Node Type"])
        waiting += node.get("Plans", [])
    return nodes


def test_whoever_wants_them_all_soonest_has_them_sorted(connection: Connection) -> None:
    everything = select(Task.id, Task.result).order_by(Task.created_at.desc(), Task.id.desc())
    assert "Sort" in list_nodes(connection, everything)


@pytest.mark.parametrize("select_tasks", [select_cells, select_fields])
@pytest.mark.parametrize(
    "task_filter",
    [
        TaskFilter(),
        TaskFilter(order=Order.UPDATED),
        TaskFilter(status=TaskStatus.COMPLETED),
        TaskFilter(created_from=datetime(2026, 1, 2, tzinfo=UTC)),
    ],
)
def test_an_export_does_not_wait_for_that(
    connection: Connection, select_tasks: Any, task_filter: TaskFilter
) -> None:
    nodes = list_nodes(connection, select_tasks(task_filter))
    assert "Index Scan" in nodes
    assert "Sort" not in nodes
