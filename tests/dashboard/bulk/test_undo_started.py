"""An undo does what its dry run said, and whoever starts it may do all of that."""

from concurrent.futures import ThreadPoolExecutor

from tests.dashboard.bulk.orders import (
    add_many,
    add_tasks,
    count,
    find_form,
    go_on,
    prepare,
    run,
    start,
)
from tests.dashboard.forms import read_text
from tests.waiting import wait_for

IS_WAITING = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND wait_event_type = 'Lock'"""
LAST = "SELECT state, undoes IS NOT NULL FROM task_batches ORDER BY created_at"


def prepare_undo(client, url):
    return find_form(client.get(url), "/undo").send(client).location


def test_a_task_that_was_not_to_come_back_stays_away_though_its_id_is_free_again(client, cursor):
    ids = add_tasks(cursor, 2)
    url = prepare(client, "delete")
    run(client, url)
    cursor.execute("INSERT INTO tasks (id, filename) VALUES (%s, 'theirs')", (str(ids[0]),))
    back = prepare_undo(client, url)
    assert "1 task would change" in read_text(client.get(back))
    cursor.execute("DELETE FROM tasks")
    page = read_text(run(client, back))
    assert "1 task changed" in page
    assert f"{ids[0]} is gone" in page
    cursor.execute("SELECT id::text FROM tasks")
    assert cursor.fetchall() == [(str(ids[1]),)]


def test_what_would_change_nothing_is_not_started(client, cursor):
    ids = add_tasks(cursor, 1)
    url = prepare(client, "delete")
    run(client, url)
    # Of another dry run: the page of this one has no such form.
    add_tasks(cursor, 1)
    form = find_form(client.get(prepare(client, "retry")), "/start")
    cursor.execute("INSERT INTO tasks (id, filename) VALUES (%s, 'theirs')", (str(ids[0]),))
    back = prepare_undo(client, url)
    answer = client.post(f"{back}start", data=form.fields)
    assert "nothing was started" in read_text(client.get(answer.location))
    cursor.execute(LAST)
    assert cursor.fetchall()[-1] == ("prepared", True)


def test_the_dry_run_of_an_undo_waits_for_whoever_lets_the_batch_go_on(client, editor, cursor):
    add_many(cursor, 1)
    url = prepare(client, "delete")
    run(client, url)
    back = prepare_undo(client, url)
    start(client, back)
    find_form(client.get(back), "/stop").send(client)
    # An admin lets it go on, and it brings back what an undo of it would delete again.
    cursor.execute("BEGIN")
    cursor.execute("UPDATE task_batches SET state = 'running' WHERE undoes IS NOT NULL")
    cursor.execute("UPDATE task_batch_chunks SET changed = 1")
    form = find_form(editor.get(url), "/undo")
    with ThreadPoolExecutor(1) as pool:
        page = pool.submit(lambda: editor.post(f"{back}undo", data=form.fields))
        try:
            wait_for(lambda: cursor.execute(IS_WAITING) or cursor.fetchone()[0], "the dry run")
        finally:
            cursor.execute("COMMIT")
        assert page.result().location == back
    assert "Stop it first" in read_text(editor.get(back))
    cursor.execute(LAST)
    assert len(cursor.fetchall()) == 2
    go_on(client, back)
    assert count(cursor) == 1
