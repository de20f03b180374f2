"""A batch that was taken back says so, where it is looked at again."""

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

HISTORY = "/admin/history/"


def read_links(page):
    return [values.get("href") for _tag, values in read_page(page).tags]


def test_its_page_and_its_lines_say_by_whom_and_lead_there(client, editor, cursor):
    ids = add_tasks(cursor, 3)
    url = prepare(client, "retry")
    run(client, url)
    assert "aken back" not in read_text(client.get(url)) + read_text(client.get(HISTORY))
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg' WHERE id = %s", (str(ids[0]),))
    back = undo(editor, url).request.path
    sentence = "Taken back by staff:editor@example.org on"
    page = client.get(url)
    assert sentence in read_text(page)
    assert "(2 of 3)" in read_text(page)
    assert back in read_links(page)
    page = client.get(HISTORY)
    # Where it was started and where it ended.
    assert read_text(page).count(sentence) == 2
    assert read_links(page).count(back) == 4


def test_a_dry_run_of_an_undo_took_nothing_back(client, cursor):
    add_tasks(cursor, 1)
    url = prepare(client, "retry")
    run(client, url)
    find_form(client.get(url), "/undo").send(client)
    assert "aken back" not in read_text(client.get(url))


def test_taking_it_back_once_more_is_offered_for_what_is_left(client, cursor):
    ids = add_tasks(cursor, 2)
    url = prepare(client, "delete")
    run(client, url)
    cursor.execute("INSERT INTO tasks (id, filename) VALUES (%s, 'x')", (str(ids[0]),))
    undo(client, url)
    page = client.get(url)
    assert "Undo what was done" not in read_text(page)
    assert "See what is left to undo" in read_text(page)
    page = client.get(find_form(page, "/undo").send(client).location)
    assert "Nothing is left to take back." in read_text(page)
    assert "/start" not in page.get_data(as_text=True)
    cursor.execute("DELETE FROM tasks WHERE filename = 'x'")
    undo(client, url)
    assert count(cursor, "filename LIKE '0%'") == 2
    assert read_text(client.get(url)).count("Taken back by") == 2


@pytest.mark.usefixtures("_one_chunk_at_a_time")
def test_one_that_is_being_taken_back_says_how_far(client, cursor):
    add_many(cursor, 1_500)
    url = prepare(client, "retry")
    run(client, url, confirmation="1500")
    back = find_form(client.get(url), "/undo").send(client).location
    start(client, back, confirmation="1500")
    go_on(client, back)
    page = read_text(client.get(url))
    assert "Being taken back by staff:admin@example.org" in page
    assert "(1,000 of 1,500)" in page


@pytest.fixture
def _one_chunk_at_a_time(monkeypatch):
    monkeypatch.setattr("dashboard.bulk.work.work.__kwdefaults__", {"seconds": 0.0})
