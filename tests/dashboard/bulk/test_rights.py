"""Who may move a batch is asked at each step, by what the batch does, and its form is its own."""

import pytest

from dashboard import Action
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
from tests.dashboard.forms import read_page, read_text
from tests.dashboard.host import host_with
from tests.dashboard.people import sign_in

STEPS = ("start", "continue", "stop", "undo")


class Changing:
    """A contract whose answers change while people are at work."""

    def __init__(self, *actions):
        self.actions = set(actions)

    def allows(self, action):
        return action in self.actions


@pytest.fixture(autouse=True)
def _one_chunk_at_a_time(monkeypatch):
    # Each request then does exactly one, whatever the machine.
    monkeypatch.setattr("dashboard.bulk.work.work.__kwdefaults__", {"seconds": 0.0})


def find_state(cursor):
    cursor.execute("SELECT state FROM task_batches")
    return cursor.fetchone()[0]


def test_steps_check_the_rights_of_the_batch_they_move(client, editor, viewer, cursor):
    add_many(cursor, 1_500)
    url = prepare(client, "delete")
    form = find_form(client.get(url), "/start")
    for step in ("start", "continue", "stop"):
        assert editor.post(f"{url}{step}", data=form.fields).status_code == 403
    assert "/start" not in editor.get(url).get_data(as_text=True)
    for step in STEPS:
        assert viewer.post(f"{url}{step}", data=form.fields).status_code == 403
    assert viewer.get(url).status_code == 200
    assert order(editor, "retry").status_code == 303
    assert order(editor, "delete").status_code == 403


def test_a_viewer_sees_no_ticks(viewer, cursor):
    add_tasks(cursor, 1)
    page = viewer.get("/admin/tasks/").get_data(as_text=True)
    assert "bulk" not in page
    assert 'name="ticked"' not in page


def test_an_editor_is_offered_all_but_deleting(editor, cursor):
    add_tasks(cursor, 1)
    form = find_form(editor.get("/admin/tasks/"), "/bulk/prepare")
    assert form.options["action"] == ["retry", "cancel", "run again", "set result"]


def test_who_goes_on_is_who_did_it(client, editor, cursor):
    add_many(cursor, 1_500)
    url = prepare(client, "retry")
    start(client, url, confirmation="1500")
    go_on(editor, url)
    cursor.execute("SELECT DISTINCT actor FROM task_changes WHERE action = 'change'")
    assert cursor.fetchall() == [("staff:editor@example.org",)]


@pytest.mark.parametrize("lost", [Action.BULK, Action.EDIT])
def test_a_right_that_was_taken_since_stops_the_next_step(settings, cursor, lost):
    add_many(cursor, 1_500)
    access = Changing(Action.SEE, Action.BULK, Action.EDIT, Action.UNDO)
    with host_with(settings, access=access) as client:
        url = prepare(client, "retry")
        access.actions.remove(lost)
        form = find_form_as(client, access, lost, url, "/start")
        assert form.send(client, confirmation="1500").status_code == 403
        assert find_state(cursor) == "prepared"
        access.actions.add(lost)
        form.send(client, confirmation="1500")
        form = find_form(client.get(url), "/continue")
        access.actions.remove(lost)
        assert form.send(client).status_code == 403
        assert "may_work" not in client.get(url).get_data(as_text=True)
        assert [one for one in read_page(client.get(url)).forms if one.method == "post"] == []
    assert count(cursor, "version > 1") == 0


def find_form_as(client, access, right, url, ending):
    """The form as it was shown while the right was there."""
    access.actions.add(right)
    form = find_form(client.get(url), ending)
    access.actions.remove(right)
    return form


def test_an_undo_that_deletes_again_needs_the_right_to_delete(client, editor, cursor):
    add_tasks(cursor, 2)
    url = prepare(client, "delete")
    run(client, url)
    back = undo(editor, url).request.path
    assert count(cursor) == 2
    again = find_form(editor.get(back), "/undo").send(editor).location
    assert "/start" not in editor.get(again).get_data(as_text=True)
    form = find_form(client.get(again), "/start")
    assert form.send(editor).status_code == 403
    run(client, again)
    assert count(cursor) == 0


@pytest.mark.parametrize("token", ["", "forged", "IjEi.x.y", "é\x00"])
def test_no_step_is_made_without_a_valid_token(app, client, cursor, token):
    add_many(cursor, 1_500)
    url = prepare(client, "retry")

    def refuse(step):
        data = {"csrf_token": token, "confirmation": "1500", "reason": "kept"}
        page = client.post(f"{url}{step}", data=data)
        assert page.status_code == 400
        assert "send this again" in read_text(page)
        assert sign_in(app).post(f"{url}{step}", data=data).status_code == 400
        foreign = client.post(f"{url}{step}", data=data, headers={"Sec-Fetch-Site": "cross-site"})
        assert foreign.status_code == 403
        return page

    assert find_form(refuse("start"), "/start").fields["reason"] == "kept"
    assert find_state(cursor) == "prepared"
    start(client, url, confirmation="1500")
    refuse("continue")
    refuse("stop")
    assert find_state(cursor) == "running"
    find_form(client.get(url), "/stop").send(client)
    refuse("undo")
    assert count(cursor, "version > 1") == 0


def test_looking_at_a_batch_that_runs_does_none_of_it(client, cursor):
    add_many(cursor, 1_500)
    url = prepare(client, "retry")
    start(client, url, confirmation="1500")
    for step in ("", "?go=1"):
        assert client.get(f"{url}{step}").status_code == 200
    for step in STEPS:
        assert client.get(f"{url}{step}").status_code == 405
    assert count(cursor, "version > 1") == 0
