"""The dry run: what it counts, which tasks it stores at which versions, and how long it stays."""

from uuid import UUID

import pytest
from sqlalchemy.exc import NoResultFound

from tests.factories import add_task
from tests.vision_tasks.batches import prepare, run
from vision_tasks.batches import BatchState, BulkAction
from vision_tasks.bulk_queries import SeenTask
from vision_tasks.dry_runs import MAX_REMOVED, UNSTARTED_HOURS, delete_unstarted
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.records import TaskFilter

EACH = {"PENDING", "PROCESSING", "COMPLETED", "FAILED"}
PLANNED = [
    (BulkAction.RETRY, None, {"FAILED"}),
    (BulkAction.CANCEL, None, {"PENDING"}),
    (BulkAction.RUN_AGAIN, None, {"COMPLETED"}),
    (BulkAction.SET_RESULT, '{"found": 1.0}', EACH),
    (BulkAction.SET_RESULT, None, {"COMPLETED", "FAILED"}),
    (BulkAction.DELETE, None, EACH),
]
STORED = "SELECT unnest(ids), unnest(versions), unnest(births) FROM task_batch_chunks"


@pytest.fixture
def ids(cursor):
    """Two tasks of each status, which hold a result where they are at an end."""
    return [
        add_task(
            cursor,
            f"{status.lower()}-{number}.jpg",
            status=status,
            result='{"found": 1}' if status.value in ("COMPLETED", "FAILED") else None,
        )
        for status in TaskStatus
        for number in range(2)
    ]


def see(cursor):
    cursor.execute("SELECT id, version, created_at FROM tasks ORDER BY filename")
    return [SeenTask(UUID(str(one)), *rest) for one, *rest in cursor.fetchall()]


def read_stored(cursor):
    cursor.execute(STORED)
    return {SeenTask(UUID(str(one)), *rest) for one, *rest in cursor.fetchall()}


def read_status(cursor):
    cursor.execute("SELECT id, status::text FROM tasks")
    return {UUID(str(one)): status for one, status in cursor.fetchall()}


@pytest.mark.usefixtures("ids")
@pytest.mark.parametrize("by", ["filter", "ticks"])
@pytest.mark.parametrize("case", PLANNED)
def test_what_an_action_applies_to_is_counted_by_status_and_stored(cursor, engine, by, case):
    kind, result, planned = case
    seen = see(cursor)
    batch = prepare(engine, kind, result=result, seen=seen if by == "ticks" else None)
    counts = {one.status: (one.found, one.planned) for one in batch.statuses}
    assert counts == {status: (2, 2 if status in planned else 0) for status in EACH}
    assert (batch.planned, batch.skipped, batch.stale) == (
        2 * len(planned),
        8 - 2 * len(planned),
        0,
    )
    status = read_status(cursor)
    assert read_stored(cursor) == {one for one in seen if status[one.id] in planned}


@pytest.mark.parametrize("kind", [one for one in BulkAction if one is not BulkAction.UNDO])
def test_what_is_not_as_it_was_ticked_is_counted_apart_and_stored_to_be_told(
    cursor, engine, ids, kind
):
    seen = see(cursor)
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg' WHERE id = %s", (str(ids[0]),))
    cursor.execute("DELETE FROM tasks WHERE id = %s", (str(ids[-1]),))
    batch = prepare(engine, kind, seen=seen)
    assert batch.stale == 2
    assert sum(one.found for one in batch.statuses) == 6
    # At a version that no task has, so that nothing is ever done to them.
    stale = {one._replace(version=0) for one in seen if one.id in (ids[0], ids[-1])}
    assert stale < read_stored(cursor)
    assert len(read_stored(cursor)) == batch.planned + 2


@pytest.mark.usefixtures("ids")
def test_only_what_the_filter_finds_is_part_of_it(cursor, engine):
    matching = TaskFilter(status=TaskStatus.FAILED, filename="failed-1")
    batch = prepare(engine, BulkAction.DELETE, matching=matching)
    assert batch.counts == {"statuses": {"FAILED": [1, 1]}, "stale": 0}
    cursor.execute("SELECT filename FROM tasks, task_batch_chunks WHERE id = ANY(ids)")
    assert cursor.fetchall() == [("failed-1.jpg",)]


@pytest.mark.usefixtures("ids")
def test_a_filter_that_finds_nothing_it_applies_to_stores_no_chunk(cursor, engine):
    batch = prepare(engine, BulkAction.RETRY, matching=TaskFilter(status=TaskStatus.PENDING))
    assert (batch.planned, batch.skipped) == (0, 2)
    assert read_stored(cursor) == set()


@pytest.mark.usefixtures("ids")
@pytest.mark.parametrize(
    ("size", "sizes"), [(1, [1] * 8), (3, [3, 3, 2]), (4, [4, 4]), (8, [8]), (9, [8])]
)
def test_a_chunk_holds_no_more_than_its_size(cursor, engine, size, sizes):
    prepare(engine, BulkAction.DELETE, chunk_tasks=size)
    cursor.execute(
        "SELECT number, cardinality(ids), cardinality(versions), cardinality(births)"
        " FROM task_batch_chunks ORDER BY number"
    )
    places = [sum(sizes[:at]) for at in range(len(sizes))]
    assert cursor.fetchall() == [(at, *[one] * 3) for at, one in zip(places, sizes, strict=True)]


MANY = """
INSERT INTO tasks (filename, created_at, result)
SELECT n || '.jpg', now() - n * interval '1 s', to_jsonb(repeat(n::text, %s))
  FROM generate_series(1, 9) AS n"""


def read_sizes(cursor):
    cursor.execute("SELECT number, cardinality(ids) FROM task_batch_chunks ORDER BY number")
    return cursor.fetchall()


def test_a_chunk_holds_no_more_of_results_than_its_bytes(cursor, engine):
    cursor.execute(MANY, (900,))
    prepare(engine, BulkAction.DELETE, chunk_tasks=5, chunk_bytes=2_800)
    # Each a little over 900 bytes: by place, and by what was added up to there.
    assert read_sizes(cursor) == [(0, 3), (3, 2), (5, 1), (6, 3)]


def test_the_result_to_set_counts_for_each_task(cursor, engine):
    cursor.execute(MANY, (1,))
    prepare(engine, BulkAction.SET_RESULT, result=f'"{"x" * 900}"', chunk_bytes=2_800)
    assert [tasks for _number, tasks in read_sizes(cursor)] == [3, 3, 3]


def test_what_an_undo_reads_and_writes_counts_as_well(cursor, engine):
    cursor.execute(MANY, (900,))
    batch = prepare(engine, BulkAction.DELETE)
    run(engine, batch)
    cursor.execute("DELETE FROM task_batch_chunks")
    prepare(engine, BulkAction.UNDO, undoes=batch, chunk_bytes=2_800)
    assert len(read_sizes(cursor)) >= 3


def test_a_result_that_is_larger_than_a_chunk_has_one_of_its_own(cursor, engine):
    cursor.execute(MANY, (900,))
    prepare(engine, BulkAction.DELETE, chunk_bytes=500)
    assert read_sizes(cursor) == [(place, 1) for place in range(9)]


@pytest.mark.usefixtures("ids")
def test_as_many_as_the_limit_are_stored(engine):
    assert prepare(engine, BulkAction.DELETE, limit=8).planned == 8


@pytest.mark.usefixtures("ids")
def test_those_it_does_not_apply_to_count_against_the_limit(cursor, engine):
    with pytest.raises(NoResultFound):
        prepare(engine, BulkAction.RETRY, limit=7)
    cursor.execute("SELECT count(*) FROM task_batches")
    assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("result", [None, "null", "1", "1.0", '"\\u00e9"', '{"a": [1e2]}'])
def test_the_result_to_set_is_kept_to_the_last_digit(engine, result):
    batch = prepare(engine, BulkAction.SET_RESULT, result=result)
    kept = {'"\\u00e9"': '"é"', '{"a": [1e2]}': '{"a": [100]}'}
    assert batch.result == (kept.get(result, result) if result else None)


@pytest.mark.usefixtures("ids")
def test_nothing_is_changed_or_recorded_and_it_says_whose_it_is(cursor, engine):
    cursor.execute("SELECT count(*) FROM task_changes")
    before = cursor.fetchone()
    batch = prepare(engine, BulkAction.DELETE)
    assert (batch.actor, batch.state, batch.started_at, batch.reason) == (
        "staff:ana",
        BatchState.PREPARED,
        None,
        None,
    )
    cursor.execute("SELECT count(*) FROM task_changes")
    assert cursor.fetchone() == before
    cursor.execute("SELECT max(version) FROM tasks")
    assert cursor.fetchone() == (1,)


def age(cursor, batch, hours, state="prepared"):
    cursor.execute(
        "UPDATE task_batches SET state = %s, created_at = now() - %s * interval '1 hour'"
        " WHERE id = %s",
        (state, hours, str(batch.id)),
    )


@pytest.mark.usefixtures("ids")
def test_the_oldest_that_nobody_started_are_removed_with_their_chunks(cursor, engine):
    batches = [prepare(engine, BulkAction.DELETE) for _ in range(MAX_REMOVED + 4)]
    kept = batches[: len(batches) - MAX_REMOVED]
    age(cursor, kept[0], UNSTARTED_HOURS - 1)
    age(cursor, kept[1], UNSTARTED_HOURS * 9, "stopped")
    age(cursor, kept[2], UNSTARTED_HOURS * 9, "running")
    for hours, batch in enumerate([kept[3], *batches[len(kept) :]], UNSTARTED_HOURS + 1):
        age(cursor, batch, hours)
    with engine.begin() as connection:
        assert len(connection.execute(delete_unstarted()).all()) == MAX_REMOVED
    cursor.execute("SELECT id::text FROM task_batches")
    assert {one for (one,) in cursor.fetchall()} == {str(batch.id) for batch in kept}
    cursor.execute("SELECT DISTINCT batch_id::text FROM task_batch_chunks")
    assert {one for (one,) in cursor.fetchall()} == {str(batch.id) for batch in kept}
