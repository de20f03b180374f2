"""The page of a batch is there though the tasks that were left alone take too long to be found."""

import pytest

from tests.dashboard.bulk.orders import add_many, add_tasks, find_form, go_on, prepare, run, start
from tests.dashboard.forms import read_page, read_text

SENTENCE = "It takes too long to find out which tasks were left as they were"


@pytest.fixture
def settings(own_settings):
    # Longer than a test may take: it is the limit of the list alone that ends it.
    return own_settings.model_copy(update={"DATABASE_STATEMENT_SECONDS": 70})


@pytest.fixture(autouse=True)
def _hurried(monkeypatch):
    monkeypatch.setattr("dashboard.bulk.batch_store.SPARED_SECONDS", 0.2)


@pytest.fixture(autouse=True)
def _one_chunk_at_a_time(monkeypatch):
    monkeypatch.setattr("dashboard.bulk.work.work.__kwdefaults__", {"seconds": 0.0})


def spare_one(cursor):
    cursor.execute(
        "UPDATE tasks SET filename = 'theirs' WHERE id = (SELECT ids[1] FROM task_batch_chunks"
        " WHERE number = 0)"
    )


def lock(cursor):
    """Let nobody read a task, as if it took for ever."""
    cursor.execute("BEGIN")
    cursor.execute("LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE")


def list_steps(page):
    forms = [form for form in read_page(page).forms if form.method == "post"]
    return {form.action.rpartition("/")[2] for form in forms} & {"stop", "continue", "undo"}


def test_without_the_list_it_can_be_undone(client, cursor):
    add_tasks(cursor, 2)
    url = prepare(client, "retry")
    spare_one(cursor)
    run(client, url)
    assert "theirs" in read_text(client.get(url))
    lock(cursor)
    page = client.get(url)
    assert page.status_code == 200
    assert SENTENCE in read_text(page)
    assert "1 left as they had changed meanwhile" in read_text(page)
    assert list_steps(page) == {"undo"}
    cursor.execute("COMMIT")
    assert SENTENCE not in read_text(client.get(url))
    assert find_form(page, "/undo").send(client).status_code == 303


def test_without_the_list_it_can_be_stopped_and_gone_on_with(client, cursor):
    add_many(cursor, 1_500)
    url = prepare(client, "retry")
    spare_one(cursor)
    start(client, url, confirmation="1500")
    go_on(client, url)
    lock(cursor)
    page = client.get(url)
    assert SENTENCE in read_text(page)
    assert list_steps(page) == {"continue", "stop"}
    find_form(page, "/stop").send(client)
    assert "Retry: stopped" in read_text(client.get(url))
