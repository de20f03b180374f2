"""A task that somebody holds keeps its chunk waiting, and no other."""

import pytest

from tests.dashboard.bulk.orders import add_many, count, find_form, prepare, start
from tests.dashboard.forms import read_text

TASKS = 4_500
JSON = {"Accept": "application/json"}
HOLD = "SELECT FROM tasks WHERE id = ANY(%s::uuid[]) FOR UPDATE"
FIRSTS = "SELECT ids[1]::text FROM task_batch_chunks ORDER BY number"


@pytest.fixture(autouse=True)
def _hurried(monkeypatch):
    monkeypatch.setattr("dashboard.bulk.work.LOCK_SECONDS", 0.1)


@pytest.fixture
def url(client, cursor):
    """A batch of five chunks that runs."""
    add_many(cursor, TASKS)
    url = prepare(client, "retry")
    start(client, url, confirmation=str(TASKS))
    return url


def hold(cursor, *chunks):
    """Hold a task of each of these chunks until COMMIT."""
    cursor.execute(FIRSTS)
    firsts = [one for (one,) in cursor.fetchall()]
    assert len(firsts) == 5
    cursor.execute("BEGIN")
    cursor.execute(HOLD, ([firsts[at] for at in chunks],))


def go_on(client, url):
    form = find_form(client.get(url), "/continue")
    return client.post(form.action, data=form.fields, headers=JSON)


def drive(client, url):
    """Go on until somebody has to be waited for, and return that answer."""
    for _ in range(10):
        answer = go_on(client, url)
        if answer.status_code == 409:
            return answer
        assert answer.json["chunks"]
    raise AssertionError


@pytest.mark.parametrize(("chunks", "done"), [((0,), 3_500), ((0, 2, 3), 1_500), ((4,), 4_000)])
def test_all_chunks_but_those_with_a_held_task_are_done(client, cursor, url, chunks, done):
    hold(cursor, *chunks)
    answer = drive(client, url)
    assert (answer.json["done"], answer.json["state"]) == (done, "running")
    assert answer.json["is_busy"]
    cursor.execute("COMMIT")
    assert count(cursor, "status = 'PENDING'") == done
    while "/continue" in client.get(url).get_data(as_text=True):
        assert go_on(client, url).status_code == 200
    assert f"{TASKS:,} tasks changed" in read_text(client.get(url))
    assert count(cursor, "version = 2") == TASKS


def test_one_request_goes_past_a_held_task_and_does_the_next_chunk(
    client, cursor, url, monkeypatch
):
    monkeypatch.setattr("dashboard.bulk.work.work.__kwdefaults__", {"seconds": 0.0})
    hold(cursor, 0, 1)
    answer = go_on(client, url)
    assert (answer.status_code, answer.json["chunks"]) == (200, 1)
    cursor.execute("SELECT number FROM task_batch_chunks WHERE done_at IS NOT NULL")
    assert cursor.fetchall() == [(2_000,)]


def test_it_does_not_go_past_held_tasks_for_ever(client, cursor, url, monkeypatch):
    monkeypatch.setattr("dashboard.bulk.work.HELD_SECONDS", 0.0)
    hold(cursor, 0)
    answer = go_on(client, url)
    assert (answer.status_code, answer.json["done"]) == (409, 0)


def test_who_did_nothing_is_not_said_to_have_gone_on(editor, cursor, url):
    hold(cursor, *range(5))
    assert go_on(editor, url).status_code == 409
    cursor.execute("COMMIT")
    assert read_joined(cursor) == []
    assert go_on(editor, url).status_code == 200
    assert read_joined(cursor) == ["staff:editor@example.org"]


def test_who_comes_once_all_is_done_is_not_said_to_have_gone_on(editor, cursor, url):
    form = find_form(editor.get(url), "/continue")
    cursor.execute("UPDATE task_batch_chunks SET done_at = now(), changed = 0, stale = 0")
    form.send(editor)
    assert read_joined(cursor) == []


def read_joined(cursor):
    cursor.execute("SELECT actor FROM task_changes WHERE action = 'bulk go on'")
    return [actor for (actor,) in cursor.fetchall()]
