"""How far an export is, as the page that asked for it finds out."""

from uuid import uuid4

import pytest

from dashboard import create_app
from tests.dashboard.exporting.exports import fetch_entries
from tests.dashboard.forms import read_export_form
from tests.dashboard.people import sign_in
from tests.factories import add_task
from vision_tasks.lifecycle import TaskStatus

TASKS = 5_000
# Together more than is read ahead.
FILL = """
INSERT INTO tasks (filename, result)
SELECT number || '.jpg', to_jsonb(repeat('x', 300)) FROM generate_series(1, %s) AS number"""


def ask(client, export_id, **query):
    answer = client.get(f"/admin/tasks/export/{export_id}", query_string=query)
    assert answer.status_code == 200
    return answer.get_json()


def begin(client, export_id):
    form = read_export_form(client.get("/admin/tasks/export"))
    data = {**form.fields, "format": "csv", "export_id": export_id}
    return client.post(form.action, data=data, buffered=False)


def test_before_it_begins_and_of_any_other_nothing_is_known(client):
    for unknown in (uuid4(), "none"):
        assert ask(client, unknown) == {
            "state": "waiting",
            "text": "The export is about to begin.",
        }


def test_while_it_runs_it_grows(settings, client, cursor):
    cursor.execute(FILL, (TASKS,))
    cursor.execute("ANALYZE tasks")
    export_id = uuid4()
    running = begin(client, export_id)
    # Of another server, for what is known is in the database.
    elsewhere = create_app(settings)
    first = ask(sign_in(elsewhere), export_id)
    elsewhere.extensions["vision_tasks"].engine.dispose()
    assert (first["state"], first["of"]) == ("running", TASKS)
    assert 0 < first["tasks"] < TASKS
    assert f"{first['tasks']:,} tasks so far, 0." in first["text"]
    assert first["text"].endswith(" MB, of about 5,000.")
    for _ in range(20):
        next(running.response)
    second = ask(client, export_id, status="FAILED")
    assert first["tasks"] < second["tasks"]
    # More than were thought of, so that is left out.
    assert "of" not in second
    running.close()


def test_one_that_was_broken_off_has_stopped(client, cursor):
    cursor.execute(FILL, (TASKS,))
    export_id = uuid4()
    answer = begin(client, export_id)
    next(answer.response)
    answer.close()
    ((_, sent, *_),) = fetch_entries(cursor)
    text = f"It stopped after {'1 task' if sent == 1 else f'{sent} tasks'}"
    assert ask(client, export_id) == {
        "state": "stopped",
        "tasks": sent,
        "text": f"{text} and is not complete. Export again.",
    }


def test_one_that_came_to_its_end_is_done(client, cursor):
    add_task(cursor)
    export_id = uuid4()
    begin(client, export_id).get_data()
    assert ask(client, export_id) == {"state": "done", "tasks": 1, "text": "Done: 1 task."}
    ((_, _, about, *_),) = fetch_entries(cursor)
    assert about["export_id"] == str(export_id)


def test_the_history_shows_no_such_id(client, cursor):
    add_task(cursor, status=TaskStatus.FAILED)
    export_id = uuid4()
    begin(client, export_id).get_data()
    assert str(export_id) not in client.get("/admin/history/").get_data(as_text=True)


@pytest.mark.parametrize("export_id", ["", "none", "' OR 1=1"])
def test_an_export_needs_no_id(client, cursor, export_id):
    add_task(cursor)
    begin(client, export_id).get_data()
    ((_, tasks, about, *_),) = fetch_entries(cursor)
    assert (tasks, about) == (1, {"filter": {}, "format": "csv", "complete": True})
