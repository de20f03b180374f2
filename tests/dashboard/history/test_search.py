"""The history is searched by actor, action, date, task and batch, page by page."""

from urllib.parse import quote

import pytest

from tests.dashboard.bulk.orders import add_tasks, prepare, run
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


def test_by_action_and_task(client, cursor):
    task_id = add_task(cursor, "cat.jpg")
    add_task(cursor, "other.jpg")
    cursor.execute("DELETE FROM tasks WHERE filename = 'other.jpg'")
    assert "cat.jpg" not in read_text(search(client, action="delete"))
    assert "other.jpg" not in read_text(search(client, task=str(task_id)))


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
    assert "bulk retry" in read_text(page).lower()
    assert "night0001.jpg" not in page.get_data(as_text=True)
    batch_id = url.removeprefix("/admin/tasks/bulk/").strip("/")
    within = search(client, batch=batch_id)
    assert within.get_data(as_text=True).count("FAILED") >= 3


def test_pages_follow_each_other_without_a_gap(client, cursor):
    for number in range(120):
        add_task(cursor, f"n{number:03}.jpg")
    seen: list[int] = []
    url: str | None = URL
    while url:
        page = client.get(url)
        assert page.status_code == 200
        ids = [one.id for one in read_history(cursor) if f'"/admin/history/{one.id}/"' in page.text]
        seen += ids
        url = next(
            (
                values["href"]
                for tag, values in read_page(page).tags
                if tag == "a" and values.get("rel") == "next"
            ),
            None,
        )
    assert sorted(seen) == [one.id for one in read_history(cursor)]
    assert len(seen) == 120


@pytest.mark.parametrize(
    "query",
    [
        "actor=nobody",
        "changed_from=yesterday",
        "changed_from=2026-02-01&changed_to=2026-01-01",
        "task=x",
        "batch=x",
        "older_than=x",
        f"actor={quote('staff:' + 'x' * 400)}",
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
