"""A deletion is undone once, however many try at once and whatever becomes of the task then."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.dashboard.bulk.orders import add_tasks, find_form, prepare, run, start
from tests.dashboard.history.changes import last_change, undo_url
from tests.waiting import wait_for

# What an editor brings back stands still after it was looked at, until the test lets it go on.
GATE = """
CREATE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('vision_tasks.actor', true) LIKE 'staff:editor%' THEN
    WHILE NOT pg_try_advisory_xact_lock_shared(7) LOOP
      PERFORM pg_sleep(0.01);
    END LOOP;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER a_gate BEFORE INSERT ON tasks FOR EACH ROW EXECUTE FUNCTION gate()"""
STANDING = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND (wait_event = 'PgSleep' OR wait_event_type = 'Lock')"""
BIRTHS = "SELECT version FROM task_changes WHERE task_id = %s AND before IS NULL AND version > 1"


@pytest.fixture
def settings(own_settings):
    return own_settings


def count_standing(cursor):
    cursor.execute(STANDING)
    return cursor.fetchone()[0]


def prepare_undo(client, way, url, number):
    """The last form of an undo: of the batch, or of one of its changes."""
    if way == "one":
        return find_form(client.get(undo_url(number)), "/undo")
    back = find_form(client.get(url), "/undo").send(client).location
    start(client, back)
    return find_form(client.get(back), "/continue")


def bring_back_at_once(cursor, first, second):
    """Let the `first` stand still, the `second` do what it can, and delete the task between."""
    cursor.execute("SELECT pg_advisory_lock(7)")
    with ThreadPoolExecutor(2) as pool:
        early = pool.submit(first)
        try:
            wait_for(lambda: early.done() or count_standing(cursor) == 1, "the first")
            late = pool.submit(second)
            wait_for(lambda: late.done() or count_standing(cursor) == 2, "the second")
            cursor.execute("DELETE FROM tasks")
        finally:
            cursor.execute("SELECT pg_advisory_unlock(7)")
        return early.result(), late.result()


@pytest.mark.parametrize("first", ["one", "many"])
@pytest.mark.parametrize("second", ["one", "many"])
def test_what_a_batch_deleted_comes_back_at_one_version_once(client, editor, cursor, first, second):
    (task_id,) = add_tasks(cursor, 1)
    url = prepare(client, "delete")
    run(client, url)
    number = last_change(cursor, task_id)
    forms = [
        prepare_undo(who, way, url, number) for who, way in ((editor, first), (client, second))
    ]
    cursor.execute(GATE)
    bring_back_at_once(cursor, lambda: forms[0].send(editor), lambda: forms[1].send(client))
    cursor.execute(BIRTHS, (str(task_id),))
    assert cursor.fetchall() == [(2,)]


def test_what_was_deleted_alone_comes_back_at_one_version_once(client, editor, cursor):
    (task_id,) = add_tasks(cursor, 1)
    cursor.execute("DELETE FROM tasks")
    number = last_change(cursor, task_id)
    forms = [prepare_undo(who, "one", "", number) for who in (editor, client)]
    cursor.execute(GATE)
    bring_back_at_once(cursor, lambda: forms[0].send(editor), lambda: forms[1].send(client))
    cursor.execute(BIRTHS, (str(task_id),))
    assert cursor.fetchall() == [(2,)]


def test_two_undos_of_one_deletion_at_once_come_to_their_end(client, editor, cursor):
    add_tasks(cursor, 1)
    url = prepare(client, "delete")
    run(client, url)
    forms = [prepare_undo(who, "many", url, 0) for who in (editor, client)]
    cursor.execute(GATE)
    _early, late = bring_back_at_once(
        cursor, lambda: forms[0].send(editor), lambda: forms[1].send(client)
    )
    assert "0 of 1 looked at" in client.get(late.location).get_data(as_text=True)
    forms[1].send(client)
    assert "1 of 1 looked at: 0 changed" in client.get(late.location).get_data(as_text=True)
