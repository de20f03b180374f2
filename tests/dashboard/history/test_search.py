"""The history is searched by actor, action, date, task and batch, page by page."""

import pytest

from tests.dashboard.bulk.orders import add_tasks, find_form, prepare, run
from tests.dashboard.forms import read_page, read_text
from tests.factories import add_task
from tests.histories import read_history

URL = "/admin/history/"


def search(client, **query):
    return client.get(URL, query_string=query)


def test_what_others_did_is_narrowed_to_one_actor(client, cursor):
    cursor.execute("SET vision_tasks.actor = 'key:ingest-1'")
    add_task(cursor, "from-a-key.jpg")
    cursor.execute("SET vision_tasks.actor = 'key:ingest-2'")
    add_task(cursor, "from-another.jpg")
    page = search(client, actor="key:ingest-1")
    assert "from-a-key.jpg" in page.get_data(as_text=True)
    assert "from-another.jpg" not in page.get_data(as_text=True)


@pytest.mark.parametrize(
    "name", ["Jörg @ psql", "nobody", "a\u200bb\u202ec", "two\nlines", "漢" * 800, "%'\"\\<b>"]
)
def test_an_actor_may_be_called_anything(client, cursor, name):
    cursor.execute("SELECT set_config('vision_tasks.actor', %s, false)", (name,))
    task_id = add_task(cursor, "mine.jpg")
    cursor.execute("SET vision_tasks.actor = 'key:ingest-1'")
    add_task(cursor, "other.jpg")
    page = client.get(f"{URL}{read_history(cursor)[0].id}/")
    links = [values.get("href") or "" for _tag, values in read_page(page).tags]
    (link,) = [one for one in links if "?actor=" in one]
    found = client.get(link).get_data(as_text=True)
    assert str(task_id) in found
    assert "other.jpg" not in found


def test_an_actor_that_nobody_is_called_is_found_nowhere(client):
    assert "Nothing matches" in read_text(search(client, actor="nobody"))


def test_an_actor_and_an_action_together(client, cursor):
    for name in ("ingest-1", "ingest-2"):
        cursor.execute("SELECT set_config('vision_tasks.actor', %s, false)", (f"key:{name}",))
        add_task(cursor, f"of-{name}.jpg")
        cursor.execute("UPDATE tasks SET filename = 'changed.jpg' WHERE filename LIKE 'of-%'")
    page = read_text(search(client, actor="key:ingest-2", action="change"))
    assert page.count("filename was of-") == 1
    assert "filename was of-ingest-2.jpg" in page


def test_by_action_and_task(client, cursor):
    task_id = add_task(cursor, "cat.jpg")
    add_task(cursor, "other.jpg")
    cursor.execute("DELETE FROM tasks WHERE filename = 'other.jpg'")
    deletions = read_text(search(client, action="delete"))
    assert "other.jpg" in deletions
    assert "cat.jpg" not in deletions
    of_one = read_text(search(client, task=str(task_id)))
    assert "cat.jpg" in of_one
    assert "other.jpg" not in of_one


def test_by_date(client, cursor):
    add_task(cursor, "cat.jpg")
    today = read_history(cursor)[-1].changed_at.date().isoformat()
    assert "cat.jpg" in search(client, changed_from=today).get_data(as_text=True)
    assert "cat.jpg" not in search(client, changed_to="2020-01-01").get_data(as_text=True)


def test_a_batch_is_one_line_and_its_changes_a_click_away(client, cursor):
    add_tasks(cursor, 3, prefix="night")
    url = prepare(client, "retry")
    run(client, url)
    page = search(client, actor="staff:admin@example.org")
    assert "started retry on 3 planned tasks" in read_text(page)
    assert "night0001.jpg" not in page.get_data(as_text=True)
    batch_id = url.removeprefix("/admin/tasks/bulk/").strip("/")
    within = search(client, batch=batch_id)
    assert within.get_data(as_text=True).count("FAILED") >= 3


def test_a_batch_leads_to_its_report_where_it_is_taken_back(client, cursor):
    add_tasks(cursor, 2)
    url = prepare(client, "retry")
    run(client, url)
    batch_id = url.removeprefix("/admin/tasks/bulk/").strip("/")
    for page in (search(client), search(client, batch=batch_id)):
        links = [values.get("href") for _tag, values in read_page(page).tags]
        assert url in links
    assert find_form(client.get(url), "/undo")


def test_a_batch_that_never_was_leads_nowhere(client):
    page = search(client, batch="caa9b6b8-580b-479d-a36a-86424070413e")
    assert "Nothing matches" in read_text(page)
    assert "/bulk/" not in page.get_data(as_text=True)


def test_pages_follow_each_other_without_a_gap_and_lead_back(client, cursor):
    for number in range(120):
        add_task(cursor, f"n{number:03}.jpg")
    older = _walk(client, cursor, URL, "next")
    newer = _walk(client, cursor, older[-1][0], "prev")
    assert [len(ids) for _url, ids in older] == [50, 50, 20]
    assert sorted(id_ for _url, ids in older for id_ in ids) == _ids(cursor)
    # Back in pages of the same size, counted from where one stands.
    assert [ids for _url, ids in newer] == [ids for _url, ids in reversed(older)]


def test_a_page_stays_where_it_is_while_more_happens(client, cursor):
    for number in range(60):
        add_task(cursor, f"n{number:03}.jpg")
    (_first, _ids_seen), (url, before) = _walk(client, cursor, URL, "next")
    add_task(cursor, "meanwhile.jpg")
    assert _list_shown(client.get(url), cursor) == before


def test_filters_are_kept_from_page_to_page(client, cursor):
    add_task(cursor, "gone.jpg")
    cursor.execute("DELETE FROM tasks")
    for number in range(55):
        add_task(cursor, f"n{number:03}.jpg")
    pages = _walk(client, cursor, f"{URL}?action=create", "next")
    assert [len(ids) for _url, ids in pages] == [50, 6]
    assert _ids(cursor)[1] not in pages[-1][1]


def test_an_action_on_everything_says_that_no_filter_was_in_force(client, cursor):
    add_tasks(cursor, 1)
    run(client, prepare(client, "retry"))
    assert "filters none" in read_text(search(client, action="bulk retry"))


def _ids(cursor):
    return [one.id for one in read_history(cursor)]


def _list_shown(page, cursor):
    assert page.status_code == 200
    return [id_ for id_ in _ids(cursor) if f'"/admin/history/{id_}/"' in page.text]


def _walk(client, cursor, url, rel):
    pages = []
    while url:
        page = client.get(url)
        pages.append((url, _list_shown(page, cursor)))
        links = [v["href"] for tag, v in read_page(page).tags if tag == "a" and v.get("rel") == rel]
        url = links[0] if links else None
    return pages


@pytest.mark.parametrize(
    "query",
    [
        "actor=%00",
        "changed_from=yesterday",
        "changed_from=2026-02-01&changed_to=2026-01-01",
        "task=x",
        "batch=x",
        "older_than=x",
        f"action={'x' * 101}",
    ],
)
def test_what_cannot_be_searched_for_is_told(client, query):
    page = client.get(f"{URL}?{query}")
    assert page.status_code == 400
    assert "alert" in page.get_data(as_text=True)


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 30, "1e3", "%00"])
def test_a_change_that_is_none_is_a_friendly_404(client, number):
    for ending in ("/", "/undo"):
        assert client.get(f"{URL}{number}{ending}").status_code == 404


def test_days_are_those_of_the_zone_that_the_address_names(client, cursor):
    cursor.execute("ALTER TABLE task_changes DISABLE TRIGGER USER")
    cursor.execute(
        "INSERT INTO task_changes (changed_at, actor, action)"
        " VALUES ('2026-03-05T23:30Z', 'db:late', 'export')"
    )
    cursor.execute("ALTER TABLE task_changes ENABLE TRIGGER USER")
    days = {"changed_from": "2026-03-06", "changed_to": "2026-03-06"}
    assert "db:late" not in read_text(search(client, **days)).split("Clear all")[1]
    assert "db:late" in read_text(search(client, **days, zone="Europe/Madrid"))
    assert search(client, **days, zone="Nowhere").status_code == 400


def test_a_search_that_takes_too_long_says_what_to_narrow(client, cursor, app):
    desk = app.extensions["vision_tasks"]
    quick = desk.settings.model_copy(update={"PAGE_STATEMENT_SECONDS": 0.2})
    known = client.get(URL)
    assert known.status_code == 200
    object.__setattr__(desk, "settings", quick)
    # A task's name is looked up for each line, and that table is held.
    add_task(cursor, "held.jpg")
    cursor.execute("BEGIN; LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE")
    try:
        page = search(client)
    finally:
        cursor.execute("ROLLBACK")
    assert page.status_code == 504
    assert "choose fewer days" in read_text(page)
