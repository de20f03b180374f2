"""Changes that cannot be taken back, or not now: said in words, and nothing half-done."""

import pytest

from tests.dashboard.bulk.orders import find_form
from tests.dashboard.forms import read_form, read_text
from tests.dashboard.history.changes import last_change, undo, undo_url
from tests.factories import add_task, read_task
from tests.histories import read_history
from tests.schema_states import NEW_STATUS, add_archived_task, migrate_further

RULE = """
CREATE FUNCTION rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'secret of the host' USING ERRCODE = 'P0001'; END $$;
CREATE TRIGGER rule BEFORE INSERT OR UPDATE ON tasks FOR EACH ROW EXECUTE FUNCTION rule()"""


@pytest.fixture
def settings(own_settings):
    return own_settings


@pytest.mark.parametrize(
    "assignments", ["id = gen_random_uuid(), filename = 'b'", "created_at = '2020-01-01'"]
)
def test_a_new_id_or_birth_is_not_put_back(client, cursor, assignments):
    add_task(cursor)
    cursor.execute(f"UPDATE tasks SET {assignments}")
    number = last_change(cursor)
    page = client.get(undo_url(number))
    assert page.status_code == 200
    assert "never put back here" in read_text(page)
    assert client.post(undo_url(number)).status_code == 409
    assert len(read_history(cursor)) == 2


def test_a_change_of_a_column_that_the_history_does_not_hold(client, cursor):
    add_task(cursor)
    cursor.execute("ALTER TABLE tasks ADD COLUMN of_the_host text")
    cursor.execute("UPDATE tasks SET of_the_host = 'x'")
    page = client.get(undo_url(last_change(cursor)))
    assert "changed nothing that the history holds" in read_text(page)
    assert client.get(f"/admin/history/{last_change(cursor)}/").status_code == 200


def test_tasks_that_came_together_and_exports_are_no_change_of_one_task(client, cursor):
    cursor.execute("INSERT INTO tasks (filename) VALUES ('a'), ('b')")
    page = client.get(undo_url(last_change(cursor)))
    assert "no change of one task" in read_text(page)
    cursor.execute("INSERT INTO task_changes (actor, action) VALUES ('staff:x', 'export')")
    assert client.post(undo_url(last_change(cursor))).status_code == 409


def test_a_status_of_a_newer_version_is_not_set(client, cursor):
    migrate_further(cursor)
    task_id = add_archived_task(cursor)
    cursor.execute("ALTER TABLE tasks DISABLE TRIGGER tasks_guard_moves")
    cursor.execute("UPDATE tasks SET status = 'PENDING' WHERE id = %s", [str(task_id)])
    page = client.get(undo_url(last_change(cursor)))
    assert f"can make a task {NEW_STATUS}" in read_text(page)
    assert client.post(undo_url(last_change(cursor))).status_code == 409


def test_a_deleted_task_of_such_a_status_comes_back_as_it_was(client, cursor):
    migrate_further(cursor)
    task_id = add_archived_task(cursor)
    cursor.execute("DELETE FROM tasks")
    assert undo(client, last_change(cursor)).status_code == 303
    assert read_task(cursor, task_id)["status"] == NEW_STATUS


@pytest.mark.parametrize("deed", ["UPDATE tasks SET filename = 'after.jpg'", "DELETE FROM tasks"])
def test_a_rule_of_the_host_keeps_the_reason_and_its_secret(client, cursor, caplog, deed):
    add_task(cursor, "before.jpg")
    cursor.execute(deed)
    form = find_form(client.get(undo_url(last_change(cursor))), "/undo")
    cursor.execute(RULE)
    page = form.send(client, reason="typed")
    assert page.status_code == 409
    text = read_text(page)
    assert "log" in text
    assert "secret of the host" not in text
    assert caplog.records
    cursor.execute("DROP TRIGGER rule ON tasks")
    again = find_form(page, "/undo")
    assert again.fields["reason"] == "typed"
    assert again.send(client).status_code == 303
    assert read_history(cursor)[-1].reason == "typed"


@pytest.mark.parametrize(
    ("reason", "said"), [("x" * 501, "501 characters"), ("a\u202eb", "U+202E")]
)
def test_a_reason_that_cannot_be_kept_stops_the_undo(client, cursor, reason, said):
    task_id = add_task(cursor, "before.jpg")
    cursor.execute("UPDATE tasks SET filename = 'after.jpg'")
    page = undo(client, last_change(cursor), reason=reason)
    assert page.status_code == 400
    assert said in read_text(page)
    assert find_form(page, "/undo").fields["reason"] == reason
    assert read_task(cursor, task_id)["version"] == 2


def test_a_filename_that_would_be_refused_today_comes_back(client, cursor):
    task_id = add_task(cursor, "old\u202egpj.exe")
    cursor.execute("UPDATE tasks SET filename = 'new.jpg'")
    assert undo(client, last_change(cursor)).status_code == 303
    assert read_task(cursor, task_id)["filename"] == "old\u202egpj.exe"


def test_a_result_longer_than_any_form_comes_back_to_the_last_digit(client, cursor):
    task_id = add_task(cursor)
    cursor.execute("UPDATE tasks SET result = to_jsonb(repeat('x', 3000000))")
    long = read_task(cursor, task_id)["result"]
    cursor.execute("UPDATE tasks SET result = '1.10'")
    page = client.get(undo_url(last_change(cursor)))
    assert len(page.data) < 500_000
    assert find_form(page, "/undo").send(client).status_code == 303
    assert read_task(cursor, task_id)["result"] == long


def test_such_a_result_cannot_be_chosen_where_it_is_a_conflict(client, cursor):
    add_task(cursor)
    cursor.execute("UPDATE tasks SET result = to_jsonb(repeat('x', 3000000))")
    cursor.execute("UPDATE tasks SET result = '[2]'")
    number = last_change(cursor)
    cursor.execute("UPDATE tasks SET result = '[3]'")
    page = undo(client, number)
    assert page.status_code == 409
    assert read_form(page).disabled == [("choice_result", "yours")]


def test_a_form_of_another_site_is_refused(client, cursor):
    task_id = add_task(cursor, "before.jpg")
    cursor.execute("UPDATE tasks SET filename = 'after.jpg'")
    page = client.post(undo_url(last_change(cursor)), headers={"Sec-Fetch-Site": "cross-site"})
    assert page.status_code == 403
    assert read_task(cursor, task_id)["version"] == 2


def test_a_task_comes_back_though_another_had_its_id_meanwhile(client, cursor):
    task_id = add_task(cursor, "first.jpg")
    cursor.execute("DELETE FROM tasks")
    number = last_change(cursor)
    cursor.execute("INSERT INTO tasks (id, filename) VALUES (%s, 'second.jpg')", [str(task_id)])
    cursor.execute("DELETE FROM tasks")
    assert undo(client, number).status_code == 303
    assert read_task(cursor, task_id)["filename"] == "first.jpg"
