"""Several people on one batch, and batches on the same tasks: each task is changed once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.dashboard.bulk.orders import add_many, add_tasks, count, find_form, prepare, start
from tests.dashboard.forms import read_text
from tests.dashboard.people import sign_in
from tests.histories import read_history

TASKS = 6_000


@pytest.fixture(autouse=True)
def _one_chunk_at_a_time(monkeypatch):
    # So that all of them meet again and again.
    monkeypatch.setattr("dashboard.bulk.work.work.__kwdefaults__", {"seconds": 0.0})


def drive(client, url):
    """Go on until the batch is done, as the script of its page does."""
    page = client.get(url)
    if "/continue" not in page.get_data(as_text=True):
        return
    form = find_form(page, "/continue")
    while True:
        answer = client.post(form.action, data=form.fields, headers={"Accept": "application/json"})
        assert answer.status_code == 200, answer.get_data(as_text=True)
        if answer.json["state"] != "running":
            return


def test_two_who_go_on_with_one_batch_do_each_task_once(app, client, cursor):
    add_many(cursor, TASKS)
    url = prepare(client, "retry")
    start(client, url, confirmation=str(TASKS))
    clients = [client, sign_in(app), sign_in(app, "editor")]
    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(lambda one: drive(one, url), clients))
    assert f"{TASKS:,} tasks changed" in read_text(client.get(url))
    assert count(cursor, "status = 'PENDING' AND version = 2") == TASKS
    changes = [one for one in read_history(cursor) if one.task_id and one.action == "change"]
    assert len({one.task_id for one in changes}) == len(changes) == TASKS


def test_two_batches_on_the_same_tasks_share_them_and_none_waits_for_ever(app, client, cursor):
    add_many(cursor, TASKS)
    # So that the chunks of the one cut across those of the other.
    add_tasks(cursor, 7, "PENDING")
    urls = [prepare(client, "retry"), prepare(client, "set result", result='"lost"')]
    for url, number in zip(urls, (TASKS, TASKS + 7), strict=True):
        start(client, url, confirmation=str(number))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(drive, [client, sign_in(app)], urls))
    cursor.execute("SELECT sum(changed), sum(changed + stale) FROM task_batch_chunks")
    assert cursor.fetchone() == (TASKS + 7, 2 * TASKS + 7)
    assert count(cursor, "version = 2") == TASKS + 7
