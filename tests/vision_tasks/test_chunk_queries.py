"""One chunk: it changes exactly what still is as it was seen, and says so in the history."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from tests.factories import add_task
from tests.histories import read_history
from tests.vision_tasks.batches import begin, get, prepare, run, start, work_all
from vision_tasks.batch_queries import read_progress, select_progress
from vision_tasks.batches import BulkAction, Progress
from vision_tasks.bulk_queries import SeenTask, TaskLine, select_lines
from vision_tasks.chunk_queries import (
    halve_chunk,
    mark_chunk,
    select_chunk,
    take_chunk,
    work_tasks,
)
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.records import TaskFilter

KINDS = [one for one in BulkAction if one is not BulkAction.UNDO]
ROUNDS = 15
FAILED = TaskFilter(status=TaskStatus.FAILED)
FILL = """
INSERT INTO tasks (filename, status)
SELECT 'other', 'PROCESSING' FROM generate_series(1, 5000)"""
REVERSE = """
UPDATE task_batch_chunks
   SET ids = array_reverse(ids), versions = array_reverse(versions), births = array_reverse(births)
 WHERE batch_id = %s"""
SEEN = "SELECT unnest(ids), unnest(versions), unnest(births) FROM task_batch_chunks"
SUM = "SELECT sum(changed), sum(stale) FROM task_batch_chunks WHERE batch_id = ANY(%s::uuid[])"


def add_each(cursor, kind, number):
    """Tasks that `kind` applies to."""
    status = kind.move.source if kind.move else TaskStatus.PROCESSING
    return [add_task(cursor, f"{at}.jpg", status=status, result="1") for at in range(number)]


def read(cursor):
    cursor.execute("SELECT id, status::text, filename, result::text, version FROM tasks")
    return {UUID(str(one)): tuple(rest) for one, *rest in cursor.fetchall()}


def become(kind, status):
    """What a task that was changed once looks like, in its status and result."""
    if kind is BulkAction.SET_RESULT:
        return status, '["new"]', 2
    return kind.move.target.value, "1", 2


@pytest.mark.parametrize("kind", KINDS)
def test_exactly_those_it_applies_to_that_are_as_they_were_seen_are_changed(cursor, engine, kind):
    ids = add_each(cursor, kind, 5)
    others = [add_task(cursor, f"{one}.jpg", status=one) for one in TaskStatus]
    before = read(cursor)
    batch = prepare(engine, kind, result='["new"]' if kind is BulkAction.SET_RESULT else None)
    spared = [ids[0], ids[1]]
    cursor.execute("UPDATE tasks SET filename = 'theirs' WHERE id = %s", (str(ids[0]),))
    cursor.execute("DELETE FROM tasks WHERE id = %s", (str(ids[1]),))
    cursor.execute("DELETE FROM tasks WHERE id = %s", (str(ids[2]),))
    # Another task that has the id: version and all, but for its birth.
    cursor.execute(
        "INSERT INTO tasks (id, filename, status, result) VALUES (%s, '2.jpg', %s, '1')",
        (str(ids[2]), before[ids[2]][0]),
    )
    between = read(cursor)
    progress = run(engine, batch)
    assert progress == Progress(0, batch.planned, batch.planned, batch.planned - 3, 0, 3)
    cursor.execute("SELECT unnest(ids) FROM task_batch_chunks")
    planned = {UUID(str(one)) for (one,) in cursor.fetchall()} - {*spared, ids[2]}
    assert set(ids[3:]) <= planned <= {*ids[3:], *others}
    after = read(cursor)
    if kind is BulkAction.DELETE:
        assert after == {one: row for one, row in between.items() if one not in planned}
        return
    assert {one for one in after if after[one] != between[one]} == planned
    for one in ids[3:]:
        status, filename, result, version = after[one]
        assert (status, result, version) == become(kind, between[one][0])
        assert filename == between[one][1]


@pytest.mark.parametrize(
    ("held", "wanted"),
    [("1", "1.0"), ("1.0", "1"), (None, "null"), ("null", None), ("[]", None), (None, '"x"')],
)
def test_a_result_is_set_to_the_last_digit_and_no_json_null_is_none(cursor, engine, held, wanted):
    add_task(cursor, result=held)
    add_task(cursor, result=wanted)
    assert run(engine, prepare(engine, BulkAction.SET_RESULT, result=wanted)).changed == 1
    cursor.execute("SELECT result::text, version FROM tasks ORDER BY version")
    assert cursor.fetchall() == [(wanted, 1), (wanted, 2)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_history_names_batch_actor_and_reason_of_each_change(cursor, engine, kind):
    ids = add_each(cursor, kind, 3)
    born = len(read_history(cursor))
    batch = prepare(engine, kind, chunk_tasks=2)
    run(engine, batch)
    changes = read_history(cursor)[born:]
    assert {one.task_id for one in changes} == set(map(str, ids))
    assert len(changes) == 3
    action = "delete" if kind is BulkAction.DELETE else "change"
    for one in changes:
        assert (one.action, one.actor, one.reason, one.batch_id) == (
            action,
            "staff:ana",
            "because",
            str(batch.id),
        )


def test_part_of_a_chunk_is_changed_and_what_was_refused_is_noted(cursor, engine):
    add_each(cursor, BulkAction.RETRY, 4)
    batch = start(engine, prepare(engine, BulkAction.RETRY))
    cursor.execute("UPDATE tasks SET filename = 'theirs' WHERE filename = '0.jpg'")
    with begin(engine, batch) as connection:
        number, tasks = connection.execute(take_chunk(batch)).one()
        arrays = connection.execute(select_chunk(batch.id, number)).one()
        seen = [SeenTask(*one) for one in zip(*arrays, strict=True)]
        lines = [TaskLine(*row) for row in connection.execute(select_lines([t.id for t in seen]))]
        kept = {line.id for line in lines if line.filename == "1.jpg"}
        assert len(seen) == tasks
        part = [one for one in seen if one.id not in kept]
        assert connection.execute(work_tasks(batch, part)).scalar_one() == 2
        connection.execute(mark_chunk(batch, number, changed=2, refused=1))
        row = connection.execute(select_progress(batch.id)).one()
    assert read_progress(row) == Progress(0, 4, 4, 2, 1, 1)
    assert sorted((name, status) for status, name, *_ in read(cursor).values()) == [
        ("1.jpg", "FAILED"),
        ("2.jpg", "PENDING"),
        ("3.jpg", "PENDING"),
        ("theirs", "FAILED"),
    ]


@pytest.mark.parametrize(("tasks", "halves"), [(2, [1, 1]), (5, [2, 3]), (8, [4, 4])])
def test_a_chunk_is_halved_and_loses_nothing(cursor, engine, tasks, halves):
    ids = add_each(cursor, BulkAction.RETRY, tasks + 3)
    batch = start(engine, prepare(engine, BulkAction.RETRY, chunk_tasks=tasks))
    cursor.execute(SEEN)
    seen = sorted(cursor.fetchall())
    with begin(engine, batch) as connection:
        number = connection.execute(take_chunk(batch)).one().number
        connection.execute(halve_chunk(batch.id, number))
    cursor.execute(
        "SELECT number, cardinality(ids), cardinality(versions), cardinality(births)"
        " FROM task_batch_chunks ORDER BY number"
    )
    places = [(0, halves[0]), (halves[0], halves[1])]
    assert cursor.fetchall()[:2] == [(place, *[half] * 3) for place, half in places]
    cursor.execute(SEEN)
    assert sorted(cursor.fetchall()) == seen
    work_all(engine, batch)
    assert {one for one, row in read(cursor).items() if row[0] == "PENDING"} == set(ids)


@pytest.mark.parametrize("other", [BulkAction.SET_RESULT, BulkAction.DELETE, BulkAction.UNDO])
def test_two_batches_on_the_same_tasks_meet_no_deadlock(cursor, engine, other):
    # Among so many that PostgreSQL finds the tasks by key, in the order in which they are given.
    cursor.execute(FILL)
    cursor.execute("ANALYZE tasks")
    for _ in range(ROUNDS):
        add_each(cursor, BulkAction.RETRY, 60)
        two = prepare(engine, BulkAction.SET_RESULT, result="2", matching=FAILED)
        if other is BulkAction.UNDO:
            run(engine, two)
            two = prepare(engine, other, undoes=get(engine, two.id), chunk_tasks=30)
        elif other is BulkAction.DELETE:
            two = prepare(engine, other, matching=FAILED)
        one = prepare(engine, BulkAction.RETRY, matching=FAILED, chunk_tasks=45)
        batches = [start(engine, batch) for batch in (one, two)]
        cursor.execute(REVERSE, (str(two.id),))
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda batch: work_all(engine, batch), batches * 2))
        cursor.execute(SUM, ([str(batch.id) for batch in batches],))
        # Each task was changed by the one that came first, and by that alone.
        assert cursor.fetchone() == (60, 60)
        cursor.execute("DELETE FROM tasks WHERE filename <> 'other'")
