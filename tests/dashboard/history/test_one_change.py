"""The page of one change: who, when, why, and what was before and after, whole."""

from tests.dashboard.forms import read_page, read_text
from tests.dashboard.history.changes import last_change, undo_url
from tests.factories import add_task

HOSTILE = "<script>alert(1)</script>"


def show(client, number):
    page = client.get(f"/admin/history/{number}/")
    assert page.status_code == 200
    return page


def test_it_says_who_did_what_and_why(client, cursor):
    task_id = add_task(cursor, "before.jpg", result='{"label": "cat"}')
    cursor.execute("SELECT set_config('vision_tasks.actor', 'key:ingest-1', false)")
    cursor.execute("SELECT set_config('vision_tasks.reason', 'a better model', false)")
    cursor.execute("""UPDATE tasks SET filename = 'after.jpg', result = '{"label": "dog"}'""")
    page = show(client, last_change(cursor))
    text = read_text(page)
    for words in ("key:ingest-1", "a better model", "before.jpg", "after.jpg", "cat", "dog"):
        assert words in text
    assert str(task_id) in text
    assert undo_url(last_change(cursor)) in page.get_data(as_text=True)


def test_tasks_that_came_together_are_named(client, cursor):
    cursor.execute("INSERT INTO tasks (filename) VALUES ('a.jpg'), ('b.jpg') RETURNING id")
    ids = [id_ for (id_,) in cursor.fetchall()]
    links = {v.get("href") for _tag, v in read_page(show(client, last_change(cursor))).tags}
    assert {f"/admin/tasks/{id_}/" for id_ in ids} <= links


def test_of_too_many_the_page_says_so(client, cursor):
    cursor.execute("INSERT INTO tasks (filename) SELECT n FROM generate_series(1, 1001) AS n")
    assert "1,001" in read_text(show(client, last_change(cursor)))
    assert "Which ones is not kept" in read_text(show(client, last_change(cursor)))


def test_what_anybody_wrote_is_inert_on_every_page(client, cursor):
    task_id = add_task(cursor, HOSTILE)
    cursor.execute("SELECT set_config('vision_tasks.actor', %s, false)", [f"db:{HOSTILE}"])
    cursor.execute("SELECT set_config('vision_tasks.reason', %s, false)", [HOSTILE])
    cursor.execute("UPDATE tasks SET filename = %s, result = to_jsonb(filename)", [HOSTILE * 2])
    number = last_change(cursor)
    for url in (
        f"/admin/tasks/{task_id}/",
        "/admin/history/",
        f"/admin/history/{number}/",
        undo_url(number),
    ):
        page = client.get(url)
        assert "alert(1)" in read_text(page), url
        assert "<script>alert" not in page.get_data(as_text=True), url
