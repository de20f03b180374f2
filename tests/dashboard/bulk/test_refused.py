"""What the database refuses of a batch is kept and told, and the rest of it is done."""

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
from tests.dashboard.forms import read_text

JSON = {"Accept": "application/json"}
RULE = """
CREATE FUNCTION rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'secret of the host'; END $$;
CREATE TRIGGER rule BEFORE UPDATE OR DELETE ON tasks FOR EACH ROW
  WHEN (OLD.filename LIKE 'kept%') EXECUTE FUNCTION rule()"""

RULE_OF_BIRTHS = """
CREATE FUNCTION rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'secret of the host'; END $$;
CREATE TRIGGER rule BEFORE INSERT ON tasks FOR EACH ROW
  WHEN (NEW.id = '{}') EXECUTE FUNCTION rule()"""


class TestInADatabaseOfItsOwn:
    @pytest.fixture
    def settings(self, own_settings):
        return own_settings

    @pytest.mark.parametrize("rule", ["", "ON DELETE RESTRICT", "DEFERRABLE INITIALLY DEFERRED"])
    def test_tasks_that_something_refers_to_are_kept_and_the_others_go(self, client, cursor, rule):
        ids = add_tasks(cursor, 7)
        cursor.execute(f"CREATE TABLE crates (task_id uuid REFERENCES tasks {rule})")
        cursor.execute("INSERT INTO crates SELECT unnest(%s::uuid[])", ([*map(str, ids[:2])],))
        page = read_text(run(client, prepare(client, "delete")))
        assert "5 tasks changed" in page
        assert "2 kept by the database" in page
        assert "0000.jpg FAILED something else refers to it" in page
        cursor.execute("SELECT filename FROM tasks ORDER BY filename")
        assert cursor.fetchall() == [("0000.jpg",), ("0001.jpg",)]
        cursor.execute("SELECT count(*) FROM task_changes WHERE action = 'delete'")
        assert cursor.fetchone() == (5,)

    def test_a_reference_that_came_since_keeps_a_task_from_being_deleted_again(
        self, client, cursor
    ):
        ids = add_tasks(cursor, 3)
        url = prepare(client, "delete")
        run(client, url)
        back = undo(client, url)
        cursor.execute("CREATE TABLE crates (task_id uuid REFERENCES tasks)")
        cursor.execute("INSERT INTO crates VALUES (%s)", (str(ids[0]),))
        assert "1 kept by the database" in read_text(undo(client, back.request.path))
        assert count(cursor) == 1

    @pytest.mark.parametrize("action", ["delete", "retry"])
    def test_a_rule_of_the_host_keeps_its_task_and_stays_in_the_log(
        self, client, cursor, caplog, action
    ):
        add_tasks(cursor, 3)
        add_tasks(cursor, 1, prefix="kept")
        cursor.execute(RULE)
        page = run(client, prepare(client, action))
        assert "3 tasks changed" in read_text(page)
        assert "1 kept by the database" in read_text(page)
        assert "secret of the host" not in page.get_data(as_text=True)
        assert "secret of the host" in caplog.text
        cursor.execute("SELECT filename, version FROM tasks WHERE filename LIKE 'kept%'")
        assert cursor.fetchall() == [("kept0000.jpg", 1)]

    def test_a_right_that_is_missing_is_told_and_nothing_is_counted_as_done(self, client, cursor):
        add_tasks(cursor, 2)
        url = prepare(client, "retry")
        start(client, url)
        cursor.execute("REVOKE UPDATE ON tasks FROM CURRENT_USER")
        page = find_form(client.get(url), "/continue").send(client)
        assert page.status_code == 503
        assert "0 of 2 looked at" in read_text(page)
        cursor.execute("GRANT UPDATE ON tasks TO CURRENT_USER")
        go_on(client, url)
        assert count(cursor, "status = 'PENDING'") == 2

    def test_a_deletion_that_a_rule_keeps_from_being_undone_says_so(self, client, cursor):
        ids = add_tasks(cursor, 2)
        url = prepare(client, "delete")
        run(client, url)
        cursor.execute(RULE_OF_BIRTHS.format(ids[0]))
        page = read_text(undo(client, url))
        assert "1 kept by the database" in page
        assert f"{ids[0]} was not brought back: a rule of the database refuses it" in page
        assert "is gone" not in page


@pytest.fixture
def _hurried(monkeypatch):
    monkeypatch.setattr("dashboard.bulk.work.LOCK_SECONDS", 0.1)


@pytest.mark.usefixtures("_hurried")
def test_a_task_that_somebody_holds_is_waited_for_only_so_long(client, cursor):
    add_many(cursor, 1_500)
    url = prepare(client, "retry")
    start(client, url, confirmation="1500")
    form = find_form(client.get(url), "/continue")
    cursor.execute("BEGIN")
    cursor.execute("SELECT FROM tasks ORDER BY created_at, id LIMIT 1 FOR UPDATE")
    assert form.send(client).status_code == 303
    page = form.send(client)
    assert page.status_code == 409
    assert "Somebody else is at work on tasks that are left" in read_text(page)
    assert "1,000 of 1,500 looked at" in read_text(page)
    answer = client.post(form.action, data=form.fields, headers=JSON)
    assert answer.status_code == 409
    assert answer.json["problem"].startswith("Please wait. Somebody else")
    assert answer.json["is_busy"]
    assert answer.json["done"] == 1_000
    cursor.execute("COMMIT")
    answer = client.post(form.action, data=form.fields, headers=JSON)
    assert (answer.json["state"], answer.json["done"]) == ("done", 1_500)


@pytest.mark.usefixtures("_hurried")
def test_a_batch_that_waits_for_somebody_can_be_stopped(client, cursor):
    add_tasks(cursor, 2)
    url = prepare(client, "retry")
    start(client, url)
    cursor.execute("BEGIN")
    cursor.execute("SELECT FROM tasks LIMIT 1 FOR UPDATE")
    page = go_on(client, url)
    find_form(page, "/stop").send(client)
    cursor.execute("ROLLBACK")
    assert "Retry: stopped" in read_text(client.get(url))
    assert count(cursor, "version > 1") == 0


def test_a_script_is_told_what_is_wrong_with_its_form(client, cursor):
    add_tasks(cursor, 1)
    url = prepare(client, "retry")
    start(client, url)
    answer = client.post(f"{url}continue", data={"csrf_token": "forged"}, headers=JSON)
    assert answer.status_code == 400
    assert answer.json["problem"].startswith("Please send this again.")
    assert not answer.json["is_busy"]
