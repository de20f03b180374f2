"""Signing in while the password is being replaced: the old one lets nobody stay."""

import threading

import pytest

from dashboard.signing_in import begin_session
from tests.dashboard.people import add_person
from tests.databases import psql
from tests.waiting import wait_for
from vision_tasks.secret_key import get_secret_key

LIVE = "SELECT count(*) FROM staff_sessions WHERE ended_at IS NULL"
RESET = "UPDATE staff SET uniquifier = 'new' WHERE id = %s"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


@pytest.fixture
def ana(app, cursor, settings):
    app.secret_key = get_secret_key(settings)
    staff_id = add_person(cursor, email="ana@example.org")
    cursor.execute("UPDATE staff SET uniquifier = 'old'")
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


def count(cursor, question):
    cursor.execute(question)
    return cursor.fetchone()[0]
