"""Ticked tasks are deleted only as they were ticked, only after asking, in one statement."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.dashboard.forms import read_form, read_page, read_text
from tests.databases import psql
from tests.factories import add_task

RULE = """
CREATE FUNCTION rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'secret of the host'; END $$;
CREATE TRIGGER rule BEFORE DELETE ON tasks FOR EACH ROW EXECUTE FUNCTION rule()"""
IS_WAITING = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND wait_event_type = 'Lock'"""


@pytest.fixture
def ids(cursor):
    return [add_task(cursor, f"{name}.jpg") for name in ("one", "two", "three", "four")]


def count(cursor):
    cursor.execute("SELECT count(*) FROM tasks")
    return cursor.fetchone()[0]


def find_ticks(form, ids):
    return [value for value in form.options["ticked"] if value.startswith(tuple(map(str, ids)))]


def tick(client, ids, url="/admin/tasks/"):
    """Tick these tasks in the list and press the button."""
    form = read_form(client.get(url))
    return form.send(client, ticked=find_ticks(form, ids))


def links(page):
    return [v["href"] for tag, v in read_page(page).tags if "alert-link" in v.get("class", "")]


def test_the_ticked_are_deleted_after_asking_and_the_others_stay(client, cursor, ids, statements):
    page = tick(client, ids[:3])
    assert page.status_code == 200
    text = read_text(page)
    assert "Delete 3 tasks?" in text
    assert all(f"{name}.jpg PENDING" in text for name in ("one", "two", "three"))
    assert "four.jpg" not in text
    assert count(cursor) == 4
    report = read_form(page).send(client)
    assert report.status_code == 200
    assert "3 tasks deleted" in read_text(report)
    cursor.execute("SELECT filename FROM tasks")
    assert cursor.fetchall() == [("four.jpg",)]
    assert len([one for one in statements if one.startswith("DELETE")]) == 1


def test_no_row_is_ticked_beforehand(client, ids):
    form = read_form(client.get("/admin/tasks/"))
    assert len(form.options["ticked"]) == len(ids)
    assert "ticked" not in form.fields


def test_nothing_ticked_is_said_in_the_list_one_came_from(client, cursor, ids):
    response = tick(client, [], "/admin/tasks/?search=.jpg")
    assert response.status_code == 303
    assert response.location == "/admin/tasks/?search=.jpg"
    assert "Nothing is ticked" in read_text(client.get(response.location))
    assert count(cursor) == len(ids)


def test_what_changed_after_the_question_is_kept_and_reported(client, cursor, ids):
    form = read_form(tick(client, ids))
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg' WHERE id = %s", (str(ids[0]),))
    cursor.execute("DELETE FROM tasks WHERE id = %s", (str(ids[1]),))
    report = form.send(client)
    text = read_text(report)
    assert "2 tasks deleted" in text
    assert "1 task was changed meanwhile and therefore kept: theirs.jpg PENDING" in text
    assert "1 of them was gone already" in text
    assert links(report) == [f"/admin/tasks/{ids[0]}/"]
    assert count(cursor) == 1


def test_what_changed_before_the_question_is_not_asked_about(client, cursor, ids):
    form = read_form(client.get("/admin/tasks/"))
    cursor.execute("UPDATE tasks SET status = 'PROCESSING' WHERE id = %s", (str(ids[0]),))
    page = form.send(client, ticked=find_ticks(form, ids[:2]))
    text = read_text(page)
    assert "Delete 1 task?" in text
    assert "changed since you ticked it and will be kept: one.jpg PROCESSING" in text
    assert "1 task was changed" in read_text(read_form(page).send(client))
    assert count(cursor) == 3


@pytest.mark.usefixtures("ids")
def test_where_nothing_is_left_there_is_nothing_to_confirm(client, cursor):
    form = read_form(client.get("/admin/tasks/"))
    cursor.execute("DELETE FROM tasks")
    page = form.send(client, ticked=form.options["ticked"])
    assert "Nothing is left to delete" in read_text(page)
    assert "4 of them were gone already" in read_text(page)
    assert not [one for one in read_page(page).forms if one.method == "post"]


def test_a_confirmation_sent_twice_deletes_once(client, cursor, ids):
    form = read_form(tick(client, ids[:2]))
    form.send(client)
    again = read_text(form.send(client))
    assert "Nothing was deleted" in again
    assert "2 of them were gone already" in again
    assert count(cursor) == 2


def test_a_task_that_was_born_again_is_another_one(client, cursor, ids):
    form = read_form(tick(client, ids[:1]))
    cursor.execute("DELETE FROM tasks WHERE id = %s", (str(ids[0]),))
    cursor.execute("INSERT INTO tasks (id, filename) VALUES (%s, 'one.jpg')", (str(ids[0]),))
    assert "therefore kept" in read_text(form.send(client))
    assert count(cursor) == 4


def test_a_change_that_the_deletion_had_to_wait_for_is_kept(client, cursor, settings, ids):
    form = read_form(tick(client, ids))
    cursor.execute("BEGIN")
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg' WHERE id = %s", (str(ids[2]),))
    with ThreadPoolExecutor(1) as pool, psql(settings) as observer:
        answer = pool.submit(form.send, client)
        observer.execute(IS_WAITING)
        while not observer.fetchone()[0]:
            assert not answer.done()
            observer.execute(IS_WAITING)
        cursor.execute("COMMIT")
        text = read_text(answer.result())
    assert "3 tasks deleted" in text
    assert "therefore kept: theirs.jpg" in text
    cursor.execute("SELECT filename FROM tasks")
    assert cursor.fetchall() == [("theirs.jpg",)]


def test_the_way_back_leads_to_the_page_one_came_from(client, ids):
    url = "/admin/tasks/?status=PENDING&page_size=50"
    page = tick(client, ids[:1], url)
    for answer in (page, read_form(page).send(client)):
        assert url in [v.get("href") for _, v in read_page(answer).tags]


def test_a_whole_page_of_the_longest_list_can_go_at_once(client, cursor):
    cursor.execute("INSERT INTO tasks (filename) SELECT 'x' || n FROM generate_series(1, 201) n")
    form = read_form(client.get("/admin/tasks/?page_size=200"))
    assert len(form.options["ticked"]) == 200
    page = form.send(client, ticked=form.options["ticked"])
    assert "200 tasks deleted" in read_text(read_form(page).send(client))
    assert count(cursor) == 1


class TestInADatabaseOfItsOwn:
    @pytest.fixture
    def settings(self, own_settings):
        return own_settings

    @pytest.mark.parametrize("rule", ["", "ON DELETE RESTRICT", "DEFERRABLE INITIALLY DEFERRED"])
    def test_one_task_that_something_refers_to_keeps_them_all(self, client, cursor, ids, rule):
        cursor.execute(f"CREATE TABLE notes (task_id uuid REFERENCES tasks {rule})")
        cursor.execute("INSERT INTO notes VALUES (%s)", (str(ids[0]),))
        page = read_form(tick(client, ids)).send(client)
        assert page.status_code == 409
        assert "refers to one of these tasks, so none of them was deleted" in read_text(page)
        assert count(cursor) == 4
        cursor.execute("DROP TABLE notes")
        assert "4 tasks deleted" in read_text(read_form(page).send(client))

    def test_a_rule_of_the_host_is_no_500_and_stays_in_the_log(self, client, cursor, ids, caplog):
        form = read_form(tick(client, ids))
        cursor.execute(RULE)
        page = form.send(client)
        assert page.status_code == 409
        assert "secret of the host" not in read_text(page)
        assert "refused a statement" in caplog.text
        assert count(cursor) == 4
