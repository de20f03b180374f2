"""Signing in while the password is being replaced: the old one lets nobody stay."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.signing_in import begin_session
from tests.dashboard.people import add_person, add_session
from tests.dashboard.staff.pages import count_live, form_of
from tests.databases import psql
from tests.waiting import wait_for
from vision_tasks.secret_key import get_secret_key
from vision_tasks.staff_sessions import insert_session, update_signed_in_at

LIVE = "SELECT count(*) FROM staff_sessions WHERE ended_at IS NULL"
RESET = "UPDATE staff SET uniquifier = 'new' WHERE id = %s"
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    " AND datname = current_database()"
)


@pytest.fixture
def ana(app, cursor, settings):
    app.secret_key = get_secret_key(settings)
    staff_id = add_person(cursor, email="ana@example.org")
    cursor.execute("UPDATE staff SET uniquifier = 'old' WHERE id = %s", [str(staff_id)])
    return staff_id


def test_a_session_does_not_begin_after_the_password_was_replaced(app, cursor, ana):
    cursor.execute(RESET, [str(ana)])
    with app.test_request_context():
        assert not begin_session(ana, uniquifier="old")
        assert begin_session(ana, uniquifier="new")


def test_a_session_waits_for_a_password_that_is_being_replaced(app, cursor, settings, ana):
    begun = []

    def begin():
        with app.test_request_context():
            begun.append(begin_session(ana, uniquifier="old"))

    with psql(settings) as resetting:
        resetting.execute("BEGIN")
        resetting.execute(RESET, [str(ana)])
        thread = threading.Thread(target=begin)
        thread.start()
        wait_for(lambda: count(cursor, WAITING), "the session")
        resetting.execute("UPDATE staff_sessions SET ended_at = now()")
        resetting.execute("COMMIT")
        thread.join()
    assert begun == [False]
    assert count(cursor, LIVE) == 0


def test_no_session_begins_while_all_are_being_ended(client, cursor, settings, ana):
    form = form_of(client, ana, "sessions")
    with psql(settings) as beginning, ThreadPoolExecutor() as pool:
        beginning.execute("BEGIN")
        beginning.execute("SELECT id FROM staff WHERE id = %s FOR NO KEY UPDATE", [str(ana)])
        add_session(beginning, ana)
        sent = pool.submit(form.send, client)
        wait_for(lambda: count(cursor, WAITING), "the end of all sessions")
        beginning.execute("COMMIT")
        assert sent.result().status_code == 303
    assert count_live(cursor, ana) == 0


def test_two_sign_ins_of_one_person_at_once_do_not_block_each_other(app, cursor, ana):
    begun = []

    def begin():
        with app.test_request_context():
            begun.append(begin_session(ana))

    with app.extensions["vision_tasks"].engine.connect() as connection:
        assert connection.execute(insert_session(ana)).one_or_none()
        thread = threading.Thread(target=begin)
        thread.start()
        wait_for(lambda: count(cursor, WAITING), "the other one")
        connection.execute(update_signed_in_at(ana))
        connection.commit()
        thread.join()
    assert begun == [True]
    assert count_live(cursor, ana) == 2


def count(cursor, question):
    cursor.execute(question)
    return cursor.fetchone()[0]
