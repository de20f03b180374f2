"""A batch moves only as a person says, once each time, and nobody is overwritten on the way."""

from urllib.parse import urlencode
from uuid import uuid4

import pytest

from dashboard import create_app
from tests.dashboard.bulk.orders import (
    add_many,
    add_tasks,
    count,
    find_form,
    go_on,
    order,
    prepare,
    run,
    start,
    undo,
)
from tests.dashboard.forms import read_text
from tests.dashboard.people import sign_in
from tests.factories import add_task
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.models import FILENAME_MAX_CHARACTERS

READ_PROGRESS = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def _one_chunk_at_a_time(monkeypatch):
    # Each request then does exactly one, whatever the machine.
    monkeypatch.setattr("dashboard.bulk.work.work.__kwdefaults__", {"seconds": 0.0})


def batch_of(url):
    return url.removeprefix("/admin/tasks/bulk/").partition("/")[0]


def test_a_dry_run_changes_nothing(client, cursor):
    add_tasks(cursor, 3)
    prepare(client, "retry")
    assert count(cursor, "version > 1") == 0


def test_what_changed_since_it_was_ticked_is_told_and_left_alone(client, cursor):
    ids = add_tasks(cursor, 2)

    def change():
        cursor.execute("UPDATE tasks SET filename = 'theirs.jpg' WHERE id = %s", (str(ids[0]),))

    url = prepare(client, "retry", ids, between=change)
    page = read_text(client.get(url))
    assert "1 task changed since it was seen" in page
    assert "theirs.jpg" in page
    run(client, url)
    assert count(cursor, "status = 'FAILED' AND filename = 'theirs.jpg'") == 1
    assert count(cursor, "status = 'PENDING'") == 1


def test_what_changed_after_the_dry_run_is_left_alone_and_named(client, cursor):
    ids = add_tasks(cursor, 3)
    url = prepare(client, "retry")
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg' WHERE id = %s", (str(ids[0]),))
    cursor.execute("DELETE FROM tasks WHERE id = %s", (str(ids[1]),))
    page = read_text(run(client, url))
    assert "1 task changed" in page
    assert "theirs.jpg FAILED changed meanwhile" in page
    assert f"{ids[1]} is gone" in page


def test_a_filter_as_long_as_can_be_is_kept_whole(client, cursor):
    name = "漢" * FILENAME_MAX_CHARACTERS
    add_task(cursor, name, status=TaskStatus.FAILED)
    add_tasks(cursor, 2)
    url = prepare(client, "delete", url=f"/admin/tasks/?{urlencode({'search': name})}")
    run(client, url)
    assert count(cursor) == 2


def test_a_filter_of_a_page_from_before_an_upgrade_is_still_understood(client, cursor):
    add_tasks(cursor, 2)
    add_tasks(cursor, 1, prefix="other")
    # As it was written when the filters had another order.
    run(client, prepare(client, "delete", filter="status=FAILED&search=other"))
    assert count(cursor) == 2


def test_tasks_that_come_to_match_later_are_not_part_of_it(client, cursor):
    add_tasks(cursor, 1)
    url = prepare(client, "retry", url="/admin/tasks/?status=FAILED")
    add_tasks(cursor, 1, "FAILED", "later")
    run(client, url)
    assert count(cursor, "status = 'FAILED'") == 1


@pytest.mark.parametrize("typed", ["", "100", "yes", "101 0"])
def test_more_than_a_hundred_want_their_number_typed(client, cursor, typed):
    add_many(cursor, 101)
    url = prepare(client, "retry")
    page = start(client, url, confirmation=typed, reason="kept")
    assert page.status_code == 400
    assert "type 101" in read_text(page)
    assert find_form(page, "/start").fields["reason"] == "kept"
    assert count(cursor, "version > 1") == 0
    assert start(client, url, confirmation=" 101 ").status_code == 303


def test_a_reason_that_is_too_long_is_told(client, cursor):
    add_tasks(cursor, 1)
    page = start(client, prepare(client, "retry"), reason="x" * 501)
    assert page.status_code == 400
    assert "at most 500" in read_text(page)


def test_a_double_click_starts_it_once(client, cursor):
    add_tasks(cursor, 1)
    form = find_form(client.get(prepare(client, "retry")), "/start")
    form.send(client)
    response = form.send(client)
    assert "started already" in read_text(client.get(response.location))
    cursor.execute("SELECT count(*) FROM task_changes WHERE action = 'bulk retry'")
    assert cursor.fetchone() == (1,)


def test_it_is_stopped_half_way_goes_on_and_is_undone(client, cursor):
    add_many(cursor, 2_500)
    url = prepare(client, "retry")
    start(client, url, confirmation="2500")
    go_on(client, url)
    find_form(client.get(url), "/stop").send(client)
    assert count(cursor, "status = 'PENDING'") == 1_000
    page = client.get(url)
    assert "Retry: stopped" in read_text(page)
    assert "/continue" not in page.get_data(as_text=True)
    find_form(page, "/start").send(client)
    go_on(client, url)
    assert count(cursor, "status = 'PENDING'") == 2_000
    find_form(client.get(url), "/stop").send(client)
    undo(client, url, confirmation="2000")
    assert count(cursor, "status = 'FAILED'") == 2_500


def test_a_batch_that_was_stopped_is_not_worked_on(client, cursor):
    add_many(cursor, 1_500)
    url = prepare(client, "retry")
    start(client, url, confirmation="1500")
    form = find_form(client.get(url), "/continue")
    find_form(client.get(url), "/stop").send(client)
    form.send(client)
    assert count(cursor, "version > 1") == 0


def test_another_process_goes_on_where_one_ended(client, cursor, settings):
    add_many(cursor, 1_500)
    url = prepare(client, "retry")
    start(client, url, confirmation="1500")
    go_on(client, url)
    other = create_app(settings)
    try:
        go_on(sign_in(other), url)
    finally:
        other.extensions["vision_tasks"].engine.dispose()
    assert count(cursor, "status = 'PENDING'") == 1_500


def test_the_script_of_the_page_gets_numbers(client, cursor):
    add_many(cursor, 1_500)
    url = prepare(client, "retry")
    start(client, url, confirmation="1500")
    form = find_form(client.get(url), "/continue")
    answers = [client.post(form.action, data=form.fields, headers=READ_PROGRESS) for _ in "12"]
    assert answers[0].json == {
        "state": "running",
        "total": 1_500,
        "done": 1_000,
        "chunks": 1,
        "text": "1,000 of 1,500 looked at: 1,000 changed, 0 left as they had changed meanwhile.",
    }
    assert (answers[1].json["state"], answers[1].json["done"]) == ("done", 1_500)


def test_too_many_are_refused_before_they_are_counted(settings, cursor):
    add_many(cursor, 11)
    app = create_app(settings.model_copy(update={"BULK_MAX_TASKS": 10}))
    client = sign_in(app)
    page = order(client, "retry")
    app.extensions["vision_tasks"].engine.dispose()
    assert page.status_code == 400
    assert "More than 10 tasks match" in read_text(page)
    cursor.execute("SELECT count(*) FROM task_batches")
    assert cursor.fetchone() == (0,)


def test_an_unknown_batch_is_told(client):
    for batch_id in (uuid4(), "x", "x\x00"):
        page = client.get(f"/admin/tasks/bulk/{batch_id}/")
        assert page.status_code == 404
        assert "No such action" in read_text(page)


def test_a_dry_run_that_nobody_started_is_removed_by_a_later_one(client, cursor):
    add_tasks(cursor, 1)
    url = prepare(client, "retry")
    cursor.execute("UPDATE task_batches SET created_at = created_at - interval '25 hours'")
    prepare(client, "retry")
    assert client.get(url).status_code == 404
