"""A batch in the database: taken chunk by chunk, each once, and only while it runs."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError

from tests.databases import psql
from tests.vision_tasks.batches import begin, get, prepare, run, start, work
from tests.waiting import wait_for
from vision_tasks.batch_queries import (
    select_all_ended,
    update_done,
    update_started,
    update_stopped,
)
from vision_tasks.batches import BatchState, BulkAction
from vision_tasks.bulk_queries import select_matching
from vision_tasks.chunk_queries import take_chunk, work_chunk
from vision_tasks.dry_runs import insert_batch
from vision_tasks.records import TaskFilter

HOLD = "SELECT FROM tasks WHERE id = ANY(%s::uuid[]) FOR UPDATE NOWAIT"
IS_WAITING = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND wait_event_type = 'Lock'"""


def add(cursor: Any, number: int, status: str = "FAILED") -> None:
    cursor.execute(
        "INSERT INTO tasks (filename, status, created_at) SELECT n || '.jpg', %s::taskstatus,"
        " now() - n * interval '1 s' FROM generate_series(1, %s) AS n",
        (status, number),
    )


def explain(engine: Engine, batch: Any) -> str:
    """The plan of a chunk of `batch`, as it was carried out."""

    def ask(_connection, _cursor, statement, parameters, *_rest):
        return f"EXPLAIN (ANALYZE) {statement}", parameters

    with begin(engine, batch) as connection:
        event.listen(engine, "before_cursor_execute", ask, retval=True)
        try:
            rows = connection.execute(work_chunk(batch, 0)).cursor.fetchall()
        finally:
            event.remove(engine, "before_cursor_execute", ask)
    return "\n".join(row[0] for row in rows)


def test_chunks_go_from_the_newest_task_to_the_oldest_and_lock_by_id(cursor, engine):
    add(cursor, 5)
    add(cursor, 1, "PENDING")
    batch = prepare(engine, BulkAction.RETRY, chunk_tasks=2)
    cursor.execute(
        "SELECT array(SELECT filename FROM tasks WHERE id = ANY(ids) ORDER BY created_at DESC),"
        " array(SELECT unnest(ids) ORDER BY 1) = ids, births[1] ="
        " (SELECT created_at FROM tasks WHERE id = ids[1]), versions"
        " FROM task_batch_chunks ORDER BY number"
    )
    names = [["1.jpg", "2.jpg"], ["3.jpg", "4.jpg"], ["5.jpg"]]
    assert cursor.fetchall() == [(one, True, True, [1] * len(one)) for one in names]
    assert (batch.planned, batch.skipped, batch.stale) == (5, 1, 0)
    assert [(one.status, one.found) for one in batch.statuses] == [("FAILED", 5), ("PENDING", 1)]


def test_over_the_limit_nothing_is_stored(cursor, engine):
    add(cursor, 3)
    found: Any = select_matching(TaskFilter(), BulkAction.DELETE, None, limit=3)
    statement = insert_batch(uuid4(), BulkAction.DELETE, found, description={}, limit=2)
    with begin(engine) as connection:
        assert connection.execute(statement).one_or_none() is None
    cursor.execute("SELECT count(*) FROM task_batches, task_batch_chunks")
    assert cursor.fetchone() == (0,)


def test_a_dry_run_that_finds_nothing_is_there_to_be_read(engine):
    batch = prepare(engine, BulkAction.RETRY)
    assert (batch.statuses, batch.planned, batch.stale) == ([], 0, 0)
    assert run(engine, batch).total == 0


def test_a_chunk_is_taken_by_one_only(cursor, engine):
    add(cursor, 3)
    batch = start(engine, prepare(engine, BulkAction.RETRY, chunk_tasks=2))
    with begin(engine, batch) as one, begin(engine, batch) as other, begin(engine) as third:
        assert work(one, batch) == 0
        assert work(other, batch) == 2
        assert third.execute(take_chunk(batch)).one_or_none() is None
        assert third.execute(update_done(batch.id)).one_or_none() is None
    with begin(engine) as connection:
        assert connection.execute(update_done(batch.id)).scalar_one() == batch.id
    cursor.execute("SELECT status::text, version FROM tasks")
    assert cursor.fetchall() == [("PENDING", 2)] * 3


def test_what_a_transaction_did_not_finish_is_done_again(cursor, engine):
    add(cursor, 2)
    batch = start(engine, prepare(engine, BulkAction.RETRY, chunk_tasks=1))
    with engine.connect() as connection:
        assert work(connection, batch) == 0
        connection.rollback()
    with begin(engine, batch) as connection:
        assert work(connection, batch) == 0


@pytest.mark.parametrize("state", ["prepared", "stopped", "done"])
def test_only_a_batch_that_runs_is_worked_on(cursor, engine, state):
    add(cursor, 1)
    batch = prepare(engine, BulkAction.RETRY)
    cursor.execute("UPDATE task_batches SET state = %s", (state,))
    with begin(engine, batch) as connection:
        assert work(connection, batch) is None


def test_stopping_waits_for_the_chunk_at_work(cursor, engine):
    add(cursor, 1)
    batch = start(engine, prepare(engine, BulkAction.RETRY))
    with begin(engine, batch) as connection:
        work(connection, batch)
        with engine.begin() as other:
            other.execute(text("SET LOCAL lock_timeout = '50ms'"))
            with pytest.raises(OperationalError, match="lock timeout"):
                other.execute(update_stopped(batch.id))
    with begin(engine) as connection:
        assert connection.execute(update_stopped(batch.id)).scalar_one() == batch.id
        assert connection.execute(update_stopped(batch.id)).one_or_none() is None
        assert connection.execute(update_started(batch.id, BatchState.STOPPED)).scalar_one()
    assert get(engine, batch.id).actor == "staff:ana"


def test_no_chunk_is_taken_while_somebody_waits_to_stop_it(cursor, engine):
    add(cursor, 2)
    batch = start(engine, prepare(engine, BulkAction.RETRY, chunk_tasks=1))

    def stop() -> Any:
        with begin(engine) as connection:
            connection.execute(select_all_ended(batch.id))
            return connection.execute(update_stopped(batch.id)).scalar_one_or_none()

    with ThreadPoolExecutor(1) as pool:
        with begin(engine, batch) as at_work:
            assert work(at_work, batch) == 0
            stopped = pool.submit(stop)
            wait_for(lambda: cursor.execute(IS_WAITING) or cursor.fetchone()[0], "the stop")
            with begin(engine, batch) as other:
                assert work(other, batch) is None
        assert stopped.result() == batch.id


class TestInADatabaseOfItsOwn:
    @pytest.fixture
    def settings(self, own_settings):
        return own_settings

    @pytest.mark.parametrize("kind", [BulkAction.RETRY, BulkAction.DELETE, BulkAction.UNDO])
    def test_tasks_are_locked_in_the_order_of_their_ids(self, cursor, engine, settings, kind):
        # What is known of the table would change the plan half-way.
        cursor.execute("ALTER TABLE tasks SET (autovacuum_enabled = off)")
        add(cursor, 100)
        batch = prepare(engine, BulkAction.RETRY if kind is BulkAction.UNDO else kind)
        if kind is BulkAction.UNDO:
            run(engine, batch)
            batch = prepare(engine, kind, undoes=get(engine, batch.id))
        batch = start(engine, batch)
        # However they happen to stand in the table and in the chunk.
        cursor.execute("CLUSTER tasks USING ix_tasks_created_at_id")
        cursor.execute(
            "UPDATE task_batch_chunks SET ids = array_reverse(ids),"
            " versions = array_reverse(versions), births = array_reverse(births)"
        )
        cursor.execute("SELECT id::text FROM tasks ORDER BY id")
        first, *later = [row[0] for row in cursor.fetchall()]

        def do() -> None:
            with begin(engine, batch) as connection:
                work(connection, batch)

        cursor.execute("BEGIN")
        cursor.execute("SELECT FROM tasks WHERE id = %s FOR UPDATE", (first,))
        with ThreadPoolExecutor(1) as pool, psql(settings) as observer:
            answer = pool.submit(do)
            wait_for(lambda: observer.execute(IS_WAITING) or observer.fetchone()[0], "the chunk")
            try:
                observer.execute(HOLD, (later,))
            finally:
                cursor.execute("COMMIT")
            answer.result()


def test_a_large_chunk_carries_nothing_along_with_its_tasks(cursor, engine):
    add(cursor, 5_000)
    plan = explain(engine, start(engine, prepare(engine, BulkAction.RETRY, chunk_tasks=5_000)))
    assert "temp " not in plan
    assert "external" not in plan


@pytest.fixture
def _nothing_is_known_of_the_history(cursor):
    """Neither from the tests before this one, nor from an autovacuum that comes meanwhile."""
    cursor.execute("ALTER TABLE task_changes SET (autovacuum_enabled = off)")
    cursor.execute("SELECT pg_clear_relation_stats('public', 'task_changes')")
    cursor.execute(
        "SELECT pg_clear_attribute_stats('public', 'task_changes', attname, false)"
        " FROM pg_stats WHERE schemaname = 'public' AND tablename = 'task_changes'"
    )
    yield
    cursor.execute("ALTER TABLE task_changes RESET (autovacuum_enabled)")


@pytest.mark.usefixtures("_nothing_is_known_of_the_history")
def test_an_undo_finds_each_change_by_its_task_while_nothing_is_known_of_the_history(
    cursor, engine
):
    add(cursor, 20_000)
    for status in ("PENDING", "FAILED", "PENDING"):
        cursor.execute("UPDATE tasks SET status = %s::taskstatus", (status,))
    batch = prepare(engine, BulkAction.CANCEL)
    run(engine, batch)
    plan = explain(engine, start(engine, prepare(engine, BulkAction.UNDO, undoes=batch)))
    assert "ix_task_changes_task_id_id" in plan
    assert "ix_task_changes_batch_id_id" not in plan
    assert "Seq Scan on task_changes" not in plan
