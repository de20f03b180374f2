"""The plans of a batch: each task and each change by an index, whatever is known of the tables."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from sqlalchemy import Engine

from tests.databases import Databases, psql
from tests.vision_tasks.batches import explain, get, prepare, run, start
from vision_tasks.batch_entries import insert_joining, select_entries
from vision_tasks.batch_reports import select_spared
from vision_tasks.batch_reversals import select_reversals
from vision_tasks.batches import Batch, BulkAction
from vision_tasks.chunk_queries import take_chunk, work_chunk
from vision_tasks.database import create_sync_engine
from vision_tasks.models import TaskChange

FILL = """
INSERT INTO tasks (filename, status) SELECT n || '.jpg', 'FAILED' FROM generate_series(1, %s) n"""
CHANGE_SOME = """
UPDATE tasks SET filename = 'theirs' FROM task_batch_chunks WHERE batch_id = %s AND id = ids[1]"""
MORE_BATCHES = """
INSERT INTO task_batches (kind, actor, description, counts, undoes)
SELECT 'undo', 'staff:ana', '{}', '{}', CASE WHEN mod(n, 10) = 0 THEN gen_random_uuid() END
  FROM generate_series(1, 5000) AS n"""
TASKS = 20_000


class Done(NamedTuple):
    """Batches of TASKS each: one that was done, the ways back from it and from a deletion."""

    retry: Batch
    undo: Batch
    undo_of_delete: Batch


@pytest.fixture(scope="module")
def engine(databases: Databases, template: str) -> Iterator[Engine]:
    with databases.create(template=template) as settings:
        engine = create_sync_engine(settings, application="test")
        with psql(settings) as cursor:
            # What is known of the history is old, as it is when a batch has just been done.
            cursor.execute("ALTER TABLE task_changes SET (autovacuum_enabled = off)")
            cursor.execute("ALTER TABLE task_batch_chunks SET (autovacuum_enabled = off)")
        yield engine
        engine.dispose()


@pytest.fixture(scope="module")
def done(engine: Engine) -> Done:
    def execute(statement: str, *values: object) -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql(statement, values)

    execute(FILL, TASKS)
    execute("ANALYZE tasks")
    retry = prepare(engine, BulkAction.RETRY)
    execute(CHANGE_SOME, retry.id)
    run(engine, retry)
    undo = prepare(engine, BulkAction.UNDO, undoes=get(engine, retry.id))
    execute("ANALYZE")
    execute(CHANGE_SOME, undo.id)
    run(engine, undo)
    delete = prepare(engine, BulkAction.DELETE)
    run(engine, delete)
    back = start(engine, prepare(engine, BulkAction.UNDO, undoes=get(engine, delete.id)))
    return Done(get(engine, retry.id), get(engine, undo.id), back)


@pytest.mark.parametrize("name", ["retry", "undo"])
def test_what_was_spared_is_found_by_task(engine, done, name):
    plan = explain(engine, select_spared(getattr(done, name), limit=200))
    assert "ix_task_changes_task_id_id" in plan
    assert "Seq Scan on task_changes" not in plan
    assert "ix_task_changes_batch_id_id" not in plan


def test_a_deletion_is_taken_back_by_task(engine, done):
    plan = explain(engine, work_chunk(done.undo_of_delete, 0), done.undo_of_delete)
    assert "ix_task_changes_task_id_id" in plan
    assert "Seq Scan on task_changes" not in plan


def test_a_chunk_is_taken_by_its_key(engine, done):
    assert "task_batch_chunks_pkey" in explain(engine, take_chunk(done.undo_of_delete))


def test_who_moved_a_batch_is_found_without_its_changes(engine, done):
    joining = insert_joining(done.retry).returning(TaskChange.id)
    for statement in (select_entries(done.retry.id, limit=100), joining):
        plan = explain(engine, statement)
        assert "ix_task_changes_batch_entries" in plan
        assert "ix_task_changes_batch_id_id" not in plan
        assert "Seq Scan on task_changes" not in plan


def test_what_took_a_batch_back_is_found_by_what_it_undoes(engine, done):
    with engine.begin() as connection:
        connection.exec_driver_sql(MORE_BATCHES)
    plan = explain(engine, select_reversals([done.retry.id]))
    assert "ix_task_batches_undoes" in plan
    assert "Seq Scan on task_batches" not in plan
