"""Counting by the minute: each minute a few times, in bounded steps, the newest first."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from dashboard.overview import minutes as minutes_module
from dashboard.overview.minutes import MINUTE, Minutes
from tests.databases import psql
from vision_tasks.database import create_sync_engine
from vision_tasks.rate_queries import Event

NOW = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)
NOON = NOW.replace(second=0)


@pytest.fixture
def connection(settings):
    engine = create_sync_engine(settings, application="test")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def sent(connection):
    """Statements sent from now on."""
    sent: list[str] = []
    event.listen(
        connection.engine,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_rest: sent.append(statement),
    )
    return sent


@pytest.fixture
def add(settings):
    with psql(settings) as cursor:

        def add(at: datetime, number: int = 1) -> None:
            cursor.execute(
                "INSERT INTO task_changes (changed_at, actor, action, task_id, after)"
                " SELECT %s + n * interval '1 microsecond', 'db:x', 'change', gen_random_uuid(),"
                """ '{"status": "FAILED"}' FROM generate_series(1, %s) AS n""",
                (at, number),
            )

        yield add


@pytest.fixture
def minutes():
    return Minutes(Event.FAILED)


def count_all(minutes, connection, now):
    times = 0
    while minutes.count(connection, now):
        connection.rollback()
        times += 1
    return times


def test_few_are_counted_in_one_step_and_those_of_a_day_only(minutes, connection, add):
    for hours in (0, 1, 23, 25):
        add(NOON - timedelta(hours=hours))
    assert minutes.get(NOON) is None
    assert count_all(minutes, connection, NOW) == 1
    assert [minutes.get(NOON - timedelta(hours=hours)) for hours in (0, 1, 2, 23, 25)] == [
        1,
        1,
        0,
        1,
        None,
    ]


def test_later_only_the_minute_that_runs_is_counted_anew(minutes, connection, add, sent):
    add(NOON - MINUTE)
    count_all(minutes, connection, NOW)
    add(NOON)
    sent.clear()
    later = NOW + timedelta(seconds=5)
    assert count_all(minutes, connection, later) == 1
    assert len(sent) == 1
    assert minutes.get(NOON) == 1


def test_what_is_committed_late_is_counted_when_its_minute_is_looked_at_again(
    minutes, connection, add
):
    count_all(minutes, connection, NOW)
    seen = []
    for after in (1, 2, 3, 10, 16):
        add(NOON)
        count_all(minutes, connection, NOW + after * MINUTE)
        seen.append(minutes.get(NOON))
    # When it was over, two minutes later, a quarter of an hour later.
    assert seen == [1, 1, 3, 3, 5]


def test_many_are_counted_step_by_step_the_newest_first(minutes, connection, add, monkeypatch):
    monkeypatch.setattr(minutes_module, "MAX_ROWS", 5)
    for age in range(4):
        add(NOON - age * MINUTE, 2)
    assert minutes.count(connection, NOW)
    assert [minutes.get(NOON - age * MINUTE) for age in range(4)] == [2, 2, None, None]
    assert minutes.count(connection, NOW)
    assert [minutes.get(NOON - age * MINUTE) for age in range(4)] == [2, 2, 2, 2]


def test_a_minute_with_more_than_a_step_is_counted_whole(minutes, connection, add, monkeypatch):
    monkeypatch.setattr(minutes_module, "MAX_ROWS", 5)
    add(NOON - MINUTE, 12)
    add(NOON - 5 * MINUTE, 3)
    count_all(minutes, connection, NOW)
    assert [minutes.get(NOON - age * MINUTE) for age in (0, 1, 2, 5)] == [0, 12, 0, 3]


def test_the_minutes_of_yesterday_are_forgotten(minutes, connection):
    count_all(minutes, connection, NOW)
    minutes.forget(NOON - MINUTE)
    assert [minutes.get(NOON - age * MINUTE) for age in range(3)] == [0, 0, None]
