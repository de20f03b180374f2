"""What the history tells of an action on many tasks, and what an undo of it leaves alone."""

from tests.dashboard.bulk.orders import add_tasks, count, prepare, run, undo
from tests.dashboard.forms import read_text
from tests.histories import read_history


def test_every_change_is_in_the_history_with_actor_reason_and_batch(client, cursor):
    ids = add_tasks(cursor, 2)
    url = prepare(client, "retry", ids)
    run(client, url, reason="the disk was full")
    start, *changes = read_history(cursor)[-3:]
    assert (start.action, start.tasks, start.task_id) == ("bulk retry", 2, None)
    assert {one.task_id for one in changes} == set(map(str, ids))
    for one in (start, *changes):
        assert one.actor == "staff:admin@example.org"
        assert one.reason == "the disk was full"
        assert url.endswith(f"/{one.batch_id}/")


def test_an_undo_leaves_what_has_changed_since_and_leads_to_its_change(client, cursor):
    ids = add_tasks(cursor, 2)
    url = prepare(client, "retry")
    run(client, url)
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg' WHERE id = %s", (str(ids[0]),))
    page = undo(client, url)
    text = read_text(page)
    assert "1 task changed" in text
    assert "theirs.jpg PENDING changed meanwhile" in text
    assert "/undo" in page.get_data(as_text=True)
    assert count(cursor, "status = 'FAILED'") == 1
