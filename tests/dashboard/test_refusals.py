"""What the database refuses for reasons of its own: said in words, and the form stays filled in."""

import pytest

from tests.dashboard.forms import read_form, read_text
from tests.factories import add_task, read_task

RULE = """
CREATE FUNCTION rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'secret of the host' USING ERRCODE = '{state}'; END $$;
CREATE TRIGGER rule BEFORE INSERT OR UPDATE OR DELETE ON tasks FOR EACH ROW
  EXECUTE FUNCTION rule()"""
STATES = {"P0001": 409, "23514": 409, "22023": 409, "XX000": 409, "42501": 503}


@pytest.fixture
def settings(own_settings):
    return own_settings


@pytest.fixture
def task_id(cursor):
    return add_task(cursor, "base.jpg", result="[1]")


def check(page, caplog, status=409):
    assert page.status_code == status
    text = read_text(page)
    assert "log" in text
    assert "secret of the host" not in text
    assert "psycopg" not in text
    assert caplog.records
    return read_form(page).fields


@pytest.mark.parametrize("state", STATES)
def test_an_edit_keeps_what_was_typed(client, cursor, task_id, caplog, state):
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    cursor.execute(RULE.format(state=state))
    page = form.send(client, filename="typed.jpg", status="PROCESSING")
    fields = check(page, caplog, STATES[state])
    assert (fields["filename"], fields["status"]) == ("typed.jpg", "PROCESSING")
    assert "result holds" not in read_text(page)
    cursor.execute("DROP TRIGGER rule ON tasks")
    assert read_form(page).send(client).status_code == 303
    assert read_task(cursor, task_id)["filename"] == "typed.jpg"


def test_a_right_that_is_missing_keeps_what_was_typed(client, cursor, task_id, caplog):
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    cursor.execute("REVOKE UPDATE ON tasks FROM CURRENT_USER")
    fields = check(form.send(client, result="[7]"), caplog, 503)
    assert fields["result"] == "[7]"


def test_a_result_is_blamed_for_itself_only(client, cursor, task_id):
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    cursor.execute(RULE.format(state="22P05"))
    page = form.send(client, result="[7]")
    assert page.status_code == 400
    assert "result holds a value" in read_text(page)


@pytest.mark.parametrize("state", STATES)
def test_a_new_task_keeps_its_filename(client, cursor, caplog, state):
    form = read_form(client.get("/admin/tasks/new"))
    cursor.execute(RULE.format(state=state))
    fields = check(form.send(client, filename="typed.jpg"), caplog, STATES[state])
    assert (fields["filename"], fields["id"]) == ("typed.jpg", form.fields["id"])


@pytest.mark.parametrize("state", STATES)
def test_a_conflict_keeps_what_was_chosen(client, cursor, task_id, caplog, state):
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg'")
    conflict = read_form(form.send(client, filename="typed.jpg"))
    cursor.execute(RULE.format(state=state))
    fields = check(conflict.send(client, choice_filename="yours"), caplog, STATES[state])
    assert fields["choice_filename"] == "yours"


def test_a_deletion_that_a_rule_forbids_is_said(client, cursor, task_id, caplog):
    form = read_form(client.get(f"/admin/tasks/{task_id}/delete"))
    cursor.execute(RULE.format(state="P0001"))
    check(form.send(client), caplog)


@pytest.mark.parametrize("rule", ["", "ON DELETE RESTRICT", "DEFERRABLE INITIALLY DEFERRED"])
def test_a_task_that_another_table_refers_to_stays(client, cursor, task_id, rule):
    cursor.execute(f"CREATE TABLE notes (task_id uuid REFERENCES tasks {rule})")
    cursor.execute("INSERT INTO notes SELECT id FROM tasks")
    page = read_form(client.get(f"/admin/tasks/{task_id}/delete")).send(client)
    assert page.status_code == 409
    assert "still refers to this task" in read_text(page)
    cursor.execute("DROP TABLE notes")
    assert read_form(page).send(client).status_code == 303
