"""The plans of the overview and of open lists: by an index, and no further than a bound."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, Executable

from tests.databases import Databases, psql
from tests.vision_tasks.plans import list_nodes
from vision_tasks.database import create_sync_engine
from vision_tasks.failure_queries import select_failures
from vision_tasks.pulse_queries import MAX_TASKS, select_recent
from vision_tasks.queries import COUNT_LIMIT
from vision_tasks.rate_queries import Event, select_minutes
from vision_tasks.records import TaskFilter
from vision_tasks.task_figures import select_overview

TASKS = 45_000
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
# The statuses lie one after another in the table, as they do where old tasks are done.
FILL_TASKS = """
INSERT INTO tasks (filename, status, result, created_at, updated_at)
SELECT n || '.jpg', CASE WHEN n <= 15000 THEN 'COMPLETED' WHEN n <= 30000 THEN 'FAILED'
  ELSE 'PENDING' END::taskstatus, '{"error": "timeout"}', at, at
  FROM (SELECT n, now() - interval '1 minute' * (%s - n) AS at FROM generate_series(1, %s) AS n)"""
FILL_HISTORY = """
INSERT INTO task_changes (changed_at, actor, action, task_id, after)
SELECT %s::timestamptz + n * interval '1 second', 'db:x', (ARRAY['create', 'change'])[n %% 2 + 1],
  gen_random_uuid(),
  jsonb_build_object('status', (ARRAY['PENDING', 'COMPLETED', 'FAILED', 'PROCESSING'])[n %% 4 + 1])
  FROM generate_series(1, %s) AS n"""


@pytest.fixture(scope="module")
def engine(databases: Databases, template: str) -> Iterator[Engine]:
    with databases.create(template=template) as settings, psql(settings) as cursor:
        cursor.execute(FILL_TASKS, (TASKS, TASKS))
        cursor.execute(FILL_HISTORY, (NOON, TASKS))
        cursor.execute("VACUUM ANALYZE tasks, task_changes")
        engine = create_sync_engine(settings, application="test")
        yield engine
        engine.dispose()


def list_reads(engine: Engine, statement: Executable, table: str) -> dict[str, float]:
    """The indexes by which a table is read and the rows that are; what is no index fails."""
    nodes = [node for node in list_nodes(engine, statement) if node.get("Relation Name") == table]
    return {node["Index Name"]: node["Actual Rows"] for node in nodes}


@pytest.mark.parametrize("event", Event)
def test_the_events_of_a_minute_are_read_and_no_others(engine: Engine, event: Event) -> None:
    since = NOON + timedelta(hours=6)
    statement = select_minutes(event, since, since + timedelta(minutes=1), limit=50_000)
    (index,) = list_reads(engine, statement, "task_changes")
    # Where few have ever created tasks, the index that begins with who does as well.
    first = "entries_act" if event is Event.CREATED else event
    assert index.startswith(f"ix_task_changes_{first}")
    assert max(node["Actual Rows"] for node in list_nodes(engine, statement)) <= 30


@pytest.mark.parametrize("event", [Event.COMPLETED, Event.FAILED])
def test_what_came_of_tasks_is_counted_in_the_index_alone(engine: Engine, event: Event) -> None:
    statement = select_minutes(event, NOON, NOON + timedelta(days=1), limit=1_000)
    nodes = list_nodes(engine, statement)
    (read,) = [node for node in nodes if "Index Name" in node]
    assert (read["Node Type"], read["Actual Rows"]) == ("Index Only Scan", 1_000)
    assert "Sort" not in [node["Node Type"] for node in nodes if node["Actual Rows"] >= 1_000]


def test_failures_are_read_newest_first_up_to_a_bound(engine: Engine) -> None:
    reads = list_reads(engine, select_failures("error", largest=10), "tasks")
    assert reads == {"ix_tasks_status_created_at_id": 10_000}


def test_counting_goes_no_further_than_its_bound(engine: Engine) -> None:
    nodes = list_nodes(engine, select_overview())
    reads = [node for node in nodes if node.get("Relation Name") == "tasks"]
    assert {node["Index Name"] for node in reads} == {"ix_tasks_status_created_at_id"}
    assert max(node["Actual Rows"] for node in reads) == COUNT_LIMIT + 1


def test_what_changed_of_late_is_all_that_is_read_for_open_lists(engine: Engine) -> None:
    lists = [TaskFilter(), TaskFilter(filename="7")]
    recent = select_recent(lists, seconds=600)
    assert list_reads(engine, recent, "tasks") == {"ix_tasks_updated_at_id": 10}
    everything = select_recent(lists, seconds=10**8)
    assert list_reads(engine, everything, "tasks") == {"ix_tasks_updated_at_id": MAX_TASKS + 1}
