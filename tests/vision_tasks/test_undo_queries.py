"""Taking a batch back: to the last digit, and only where a task is as the batch left it."""

from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError

from tests.factories import add_task
from tests.histories import read_history
from tests.vision_tasks.batches import begin, get, prepare, run, work
from vision_tasks.attribution import Attribution, select_attribution
from vision_tasks.batch_queries import update_started
from vision_tasks.batch_reports import select_sample, select_spared
from vision_tasks.batches import BatchState, BulkAction, SparedTask
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.undo_queries import select_deletes

RESULTS = (None, "null", "1.0", "[1e2]", '{"a": null}', '""')
ROWS = "SELECT id, status, filename, result::text, created_at FROM tasks ORDER BY id"


@pytest.fixture
def ids(cursor):
    return [
        add_task(cursor, f"{number}.jpg", status=TaskStatus.FAILED, result=result)
        for number, result in enumerate(RESULTS)
    ]


def read(cursor):
    cursor.execute(ROWS)
    return cursor.fetchall()


def undo(engine, batch):
    return prepare(engine, BulkAction.UNDO, undoes=get(engine, batch.id))


def spare(engine, batch):
    with begin(engine) as connection:
        rows = connection.execute(select_spared(get(engine, batch.id), limit=200))
        return [SparedTask(*row) for row in rows]


@pytest.mark.parametrize(
    ("kind", "result"),
    [
        (BulkAction.RETRY, None),
        (BulkAction.DELETE, None),
        (BulkAction.SET_RESULT, "1"),
        (BulkAction.SET_RESULT, "null"),
        (BulkAction.SET_RESULT, None),
    ],
)
@pytest.mark.usefixtures("ids")
def test_all_of_it_is_as_it_was_and_back_again(cursor, engine, kind, result):
    before = read(cursor)
    batch = prepare(engine, kind, result=result)
    run(engine, batch)
    after = read(cursor)
    assert after != before
    back = undo(engine, batch)
    assert run(engine, back).changed == batch.planned
    assert read(cursor) == before
    forth = undo(engine, back)
    assert run(engine, forth).changed == batch.planned
    assert read(cursor) == after


def test_a_task_that_comes_back_goes_on_counting_its_versions(cursor, engine, ids):
    cursor.execute("UPDATE tasks SET filename = 'two.jpg' WHERE id = %s", (str(ids[0]),))
    batch = prepare(engine, BulkAction.DELETE)
    run(engine, batch)
    back = undo(engine, batch)
    assert [(one.status, one.planned) for one in back.statuses] == [("deleted", len(ids))]
    run(engine, back)
    cursor.execute("SELECT version FROM tasks WHERE id = %s", (str(ids[0]),))
    assert cursor.fetchone() == (3,)
    last = read_history(cursor)[-1]
    assert (last.action, last.actor, last.before) == ("undo", "staff:ana", None)


def test_an_id_that_is_taken_by_another_task_is_left_to_it(cursor, engine, ids):
    batch = prepare(engine, BulkAction.DELETE)
    run(engine, batch)
    cursor.execute("INSERT INTO tasks (id, filename) VALUES (%s, 'new.jpg')", (str(ids[0]),))
    early = undo(engine, batch)
    assert (early.planned, early.stale) == (len(ids) - 1, 1)
    cursor.execute("INSERT INTO tasks (id, filename) VALUES (%s, 'newer.jpg')", (str(ids[1]),))
    progress = run(engine, early)
    assert (progress.changed, progress.stale) == (len(ids) - 2, 2)
    spared = {one.id: one for one in spare(engine, early)}
    assert {one.filename for one in spared.values()} == {"new.jpg", "newer.jpg"}
    assert not any(one.is_as_seen for one in spared.values())


def test_a_dry_run_names_only_what_has_changed_since(cursor, engine, ids):
    for kind in (BulkAction.RETRY, BulkAction.DELETE):
        batch = prepare(engine, kind)
        run(engine, batch)
        assert spare(engine, undo(engine, batch)) == []
        if kind is BulkAction.RETRY:
            cursor.execute("UPDATE tasks SET filename = 'x' WHERE id = %s", (str(ids[2]),))
            (one,) = spare(engine, undo(engine, batch))
            assert (one.id, one.filename) == (ids[2], "x")
            cursor.execute(
                "SELECT id FROM task_changes WHERE batch_id = %s AND task_id = %s",
                (str(batch.id), str(ids[2])),
            )
            assert cursor.fetchone() == (one.change_id,)


@pytest.mark.usefixtures("ids")
def test_only_an_undo_that_deletes_again_is_called_a_deletion(engine):
    batch = prepare(engine, BulkAction.DELETE)
    run(engine, batch)
    back = undo(engine, batch)
    run(engine, back)
    with begin(engine) as connection:
        answers = [connection.execute(select_deletes(one)).scalar() for one in (batch, back)]
    assert answers == [False, True]


def test_a_dry_run_shows_its_newest_tasks(cursor, engine, ids):
    batch = prepare(engine, BulkAction.RETRY)
    cursor.execute("UPDATE tasks SET filename = 'x' WHERE id = %s", (str(ids[-1]),))
    with begin(engine) as connection:
        rows = connection.execute(select_sample(batch, limit=2)).all()
    assert [row.filename for row in rows] == ["4.jpg", "3.jpg"]


def test_a_status_no_move_leads_back_to_is_put_back_for_a_reason_only(cursor, engine):
    add_task(cursor, status=TaskStatus.COMPLETED)
    batch = prepare(engine, BulkAction.RUN_AGAIN)
    run(engine, batch)
    back = undo(engine, batch)
    for free in (Attribution("staff:ana", "undo", free_move=True), Attribution("a", "undo", "why")):
        with engine.connect() as connection:
            connection.execute(select_attribution(free))
            connection.execute(update_started(back.id, BatchState.PREPARED))
            with pytest.raises(DBAPIError, match="PENDING cannot become COMPLETED"):
                work(connection, back)
    assert run(engine, back).changed == 1
    assert [row[1] for row in read(cursor)] == ["COMPLETED"]


@pytest.mark.parametrize("kind", [BulkAction.RETRY, BulkAction.DELETE])
def test_what_has_changed_since_is_left_alone_and_led_to_by_its_change(cursor, engine, ids, kind):
    first = prepare(engine, kind)
    run(engine, first)
    if kind is BulkAction.DELETE:
        first = undo(engine, first)
        run(engine, first)
    late = undo(engine, first)
    cursor.execute("UPDATE tasks SET filename = 'theirs' WHERE id = %s", (str(ids[0]),))
    cursor.execute("DELETE FROM tasks WHERE id = %s", (str(ids[1]),))
    progress = run(engine, late)
    assert (progress.changed, progress.stale) == (len(ids) - 2, 2)
    cursor.execute(
        "SELECT task_id, id FROM task_changes WHERE batch_id = %s AND task_id = ANY(%s::uuid[])",
        (str(first.id), [str(one) for one in ids[:2]]),
    )
    changes = {UUID(str(one)): number for one, number in cursor.fetchall()}
    spared = {one.id: (one.filename, one.is_as_seen, one.change_id) for one in spare(engine, late)}
    assert spared == {
        ids[0]: ("theirs", False, changes[ids[0]]),
        ids[1]: (None, False, changes[ids[1]]),
    }


def test_a_task_that_came_back_and_was_deleted_again_does_not_come_back_so(cursor, engine, ids):
    batch = prepare(engine, BulkAction.DELETE)
    run(engine, batch)
    early = undo(engine, batch)
    run(engine, undo(engine, batch))
    cursor.execute("UPDATE tasks SET filename = 'newer' WHERE id = %s", (str(ids[0]),))
    cursor.execute("DELETE FROM tasks WHERE id = %s", (str(ids[0]),))
    late = undo(engine, batch)
    assert (late.planned, late.stale) == (0, len(ids))
    assert {one.id for one in spare(engine, late)} == set(ids)
    # Whose dry run was made when it still was to come back.
    assert run(engine, early).changed == 0
    assert {one.id: one.is_as_seen for one in spare(engine, early)} == dict.fromkeys(ids, False)
