"""The thread of an export: what it waits for, and how it is stopped."""

from contextlib import ExitStack

import pytest
from sqlalchemy import func, literal, select, text

from dashboard.exporting.formats import JsonLinesWriter
from dashboard.exporting.reading import Reader
from tests.waiting import wait_for
from vision_tasks.errors import DatabaseTimeoutError
from vision_tasks.records import TaskFilter

RUNNING = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND query LIKE 'COPY%' AND state = 'active'"""


class Endless(JsonLinesWriter):
    """Has the database find more than it can send in the time of any test."""

    def select(self, _task_filter):
        return select(func.generate_series(1, 10**9))

    def write(self, rows):
        return b"".join(rows)


class Sleeping(JsonLinesWriter):
    """Has the database find nothing in the time of any test."""

    def select(self, _task_filter):
        return select(func.pg_sleep(literal(600)))


@pytest.fixture
def make_reader(app):
    """Make one, whose connection must be back in the end."""
    desk = app.extensions["vision_tasks"]
    made = []

    def make(writer, *, stall_seconds=30):
        transaction = ExitStack()
        connection = transaction.enter_context(desk.begin())
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        made.append(
            Reader(transaction, connection, writer, record=print, stall_seconds=stall_seconds)
        )
        return made[0]

    yield make
    made[0].stop()
    assert desk.engine.pool.checkedout() == 0
    assert desk.engine.pool.checkedin() == 1


@pytest.fixture
def reader(make_reader):
    return make_reader(Sleeping())


def count_running(cursor):
    cursor.execute(RUNNING)
    return cursor.fetchone()[0]


def test_a_database_that_finds_nothing_for_too_long_is_told_to_stop(reader, cursor):
    reader.start(TaskFilter())
    with pytest.raises(DatabaseTimeoutError):
        reader.take(0.1)
    assert count_running(cursor) == 0


def test_one_that_is_stopped_does_not_wait_for_the_database(reader, cursor):
    reader.start(TaskFilter())
    wait_for(lambda: count_running(cursor), "the beginning of the COPY")
    reader.stop()
    assert count_running(cursor) == 0
    assert not reader.is_recorded


def test_one_that_is_stopped_before_it_began_does_not_begin(reader, cursor):
    reader.stop()
    reader.start(TaskFilter())
    with pytest.raises(DatabaseTimeoutError):
        reader.take(30)
    assert count_running(cursor) == 0


def test_one_of_which_nothing_is_taken_ends_however_much_is_still_to_come(make_reader, cursor):
    reader = make_reader(Endless(), stall_seconds=0.05)
    reader.start(TaskFilter())
    wait_for(lambda: count_running(cursor), "the beginning of the COPY")
    wait_for(lambda: not count_running(cursor), "the end of the COPY")
    with pytest.raises(DatabaseTimeoutError):
        reader.take(30)
