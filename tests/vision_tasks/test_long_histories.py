"""A task with a long history costs a batch no more than any other."""

import re
from typing import Any

import pytest

from tests.factories import add_task
from tests.vision_tasks.batches import begin, explain, get, prepare, run
from vision_tasks.batch_entries import BatchDeed, insert_deed, insert_start
from vision_tasks.batch_reports import select_spared
from vision_tasks.batches import BatchState, BulkAction
from vision_tasks.chunk_queries import take_chunk, work_chunk
from vision_tasks.lifecycle import TaskStatus

CHANGES = 20_000
MOST_READ = 100
MORE = """
INSERT INTO task_changes (actor, action, task_id, born_at, version, before, after)
SELECT 'key:busy', 'change', id, created_at, n, '{"filename": "a"}', '{"filename": "b"}'
  FROM tasks, generate_series(1, %s) AS n"""


def add_history(cursor: Any) -> None:
    cursor.execute(MORE, (CHANGES,))
    cursor.execute("ANALYZE task_changes")


def begin_batch(engine, kind, **more):
    batch = prepare(engine, kind, **more)
    with begin(engine, batch) as connection:
        connection.execute(insert_start(batch, None))
    return batch


def finish(engine, batch):
    """Do all of a batch, as the dashboard does."""
    run(engine, batch)
    with begin(engine, batch) as connection:
        connection.execute(insert_deed(batch, BatchDeed.END))
    return get(engine, batch.id)


def count_passed(engine, statement, batch):
    """Count the rows that were read and were none of those sought, in the step that had most."""
    plan = explain(engine, statement, batch, options="ANALYZE, TIMING OFF")
    assert "ix_task_changes_task_id_id" in plan
    return max([0, *map(int, re.findall(r"Rows Removed by Filter: (\d+)", plan))])


@pytest.mark.parametrize("when", ["before", "after"])
def test_its_changes_are_not_read_to_tell_that_it_was_left_alone(cursor, engine, when):
    add_task(cursor, status=TaskStatus.FAILED)
    if when == "before":
        add_history(cursor)
    batch = begin_batch(engine, BulkAction.RETRY)
    cursor.execute("UPDATE tasks SET filename = 'theirs'")
    batch = finish(engine, batch)
    if when == "after":
        add_history(cursor)
    assert batch.state is BatchState.DONE
    assert count_passed(engine, select_spared(batch, limit=200), batch) < MOST_READ
    with begin(engine) as connection:
        assert [row.filename for row in connection.execute(select_spared(batch, limit=200))] == [
            "theirs"
        ]


@pytest.mark.parametrize("when", ["before", "after"])
def test_its_changes_are_not_read_to_take_one_of_them_back(cursor, engine, when):
    add_task(cursor, status=TaskStatus.FAILED)
    if when == "before":
        add_history(cursor)
    batch = finish(engine, begin_batch(engine, BulkAction.RETRY))
    back = begin_batch(engine, BulkAction.UNDO, undoes=batch)
    if when == "after":
        add_history(cursor)
    cursor.execute("UPDATE task_batches SET state = 'running' WHERE id = %s", (str(back.id),))
    with begin(engine, back) as connection:
        assert connection.execute(take_chunk(back)).one().tasks == 1
    assert count_passed(engine, work_chunk(back, 0), back) < MOST_READ
    cursor.execute("SELECT status::text FROM tasks")
    assert cursor.fetchall() == [("FAILED",)]


def test_a_batch_that_went_on_after_a_stop_has_all_of_its_changes(cursor, engine):
    ids = [add_task(cursor, status=TaskStatus.FAILED) for _ in range(2)]
    batch = begin_batch(engine, BulkAction.RETRY)
    with begin(engine, batch) as connection:
        connection.execute(insert_deed(batch, BatchDeed.STOP))
    cursor.execute("UPDATE tasks SET filename = 'theirs' WHERE id = %s", (str(ids[0]),))
    run(engine, batch)
    cursor.execute("UPDATE task_batches SET state = 'running'")
    with begin(engine) as connection:
        rows = connection.execute(select_spared(get(engine, batch.id), limit=200)).all()
    assert [row.id for row in rows] == [ids[0]]
