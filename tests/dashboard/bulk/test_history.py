"""What the history tells of an action on many tasks, and what an undo of it leaves alone."""

import pytest

from tests.dashboard.bulk.orders import (
    add_many,
    add_tasks,
    count,
    find_form,
    go_on,
    prepare,
    run,
    start,
    undo,
)
from tests.dashboard.forms import read_page, read_text
from tests.histories import read_history


def test_every_change_is_in_the_history_with_actor_reason_and_batch(client, cursor):
    ids = add_tasks(cursor, 2)
    url = prepare(client, "retry", ids)
    run(client, url, reason="the disk was full")
    start, *changes, _end = read_history(cursor)[-4:]
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


ADMIN, EDITOR = "staff:admin@example.org", "staff:editor@example.org"


@pytest.fixture
def _one_chunk_at_a_time(monkeypatch):
    monkeypatch.setattr("dashboard.bulk.work.work.__kwdefaults__", {"seconds": 0.0})


@pytest.fixture
def url(client, editor, cursor, _one_chunk_at_a_time):
    """A batch that an admin started and stopped, and an editor went on with to its end."""
    add_many(cursor, 2_500)
    url = prepare(client, "retry")
    start(client, url, confirmation="2500")
    go_on(client, url)
    find_form(client.get(url), "/stop").send(client)
    find_form(editor.get(url), "/start").send(editor)
    for _ in range(2):
        go_on(editor, url)
    return url


def read_entries(cursor):
    entries = [one for one in read_history(cursor) if one.action.startswith("bulk ")]
    return [(one.action, one.actor, one.tasks) for one in entries]


@pytest.mark.usefixtures("url")
def test_the_history_says_who_started_stopped_went_on_and_ended_it(client, cursor):
    assert read_entries(cursor) == [
        ("bulk retry", ADMIN, 2_500),
        ("bulk stop", ADMIN, 1_000),
        ("bulk go on", EDITOR, 1_000),
        ("bulk end", EDITOR, 2_500),
    ]
    page = read_text(client.get("/admin/history/"))
    for sentence in (
        f"{ADMIN} started retry on 2,500 planned tasks filters none its report",
        f"{ADMIN} stopped retry after 1,000 changed tasks its report",
        f"{EDITOR} went on with retry after 1,000 changed tasks its report",
        f"{EDITOR} finished retry with 2,500 changed tasks its report",
    ):
        assert sentence in page


def test_who_stopped_it_or_went_on_is_found_by_name_and_leads_to_its_report(client, url):
    page = client.get("/admin/history/", query_string={"actor": EDITOR})
    links = [values.get("href") for _tag, values in read_page(page).tags]
    assert links.count(url) == 2
    page = client.get("/admin/history/", query_string={"actor": ADMIN, "action": "bulk stop"})
    assert "stopped retry after 1,000 changed tasks" in read_text(page)


def test_the_page_of_a_batch_names_everybody_who_moved_it(client, url):
    page = read_text(client.get(url))
    for sentence in (
        f"{ADMIN} started it on 2,500 planned tasks",
        f"{ADMIN} stopped it after 1,000 changed tasks",
        f"{EDITOR} went on with it after 1,000 changed tasks",
        f"{EDITOR} finished it with 2,500 changed tasks",
    ):
        assert sentence in page


@pytest.mark.usefixtures("_one_chunk_at_a_time")
def test_who_takes_over_while_it_runs_is_named_once(client, editor, cursor):
    add_many(cursor, 3_500)
    url = prepare(client, "retry")
    start(client, url, confirmation="3500")
    for one in (client, editor, client, editor):
        go_on(one, url)
    assert read_entries(cursor) == [
        ("bulk retry", ADMIN, 3_500),
        ("bulk go on", EDITOR, 1_000),
        ("bulk end", EDITOR, 3_500),
    ]


@pytest.mark.usefixtures("_one_chunk_at_a_time")
def test_after_a_stop_it_is_told_anew_who_works_on_it(client, editor, cursor):
    add_many(cursor, 3_500)
    url = prepare(client, "retry")
    start(client, url, confirmation="3500")
    go_on(editor, url)
    find_form(client.get(url), "/stop").send(client)
    find_form(client.get(url), "/start").send(client)
    go_on(editor, url)
    actions = [(action, actor) for action, actor, _tasks in read_entries(cursor)]
    assert actions[1:] == [
        ("bulk go on", EDITOR),
        ("bulk stop", ADMIN),
        ("bulk go on", ADMIN),
        ("bulk go on", EDITOR),
    ]


def test_an_undo_is_named_after_what_it_takes_back(client, cursor):
    add_tasks(cursor, 1)
    url = prepare(client, "retry")
    run(client, url)
    undo(client, url)
    page = read_text(client.get("/admin/history/"))
    assert "started undo of retry on 1 planned task" in page
    assert "finished undo of retry with 1 changed task" in page


def test_the_page_of_an_entry_says_it_too(client, cursor):
    add_tasks(cursor, 1)
    run(client, prepare(client, "retry"))
    number = read_history(cursor)[-1].id
    page = read_text(client.get(f"/admin/history/{number}/"))
    assert "finished retry with 1 changed task" in page
