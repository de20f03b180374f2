"""Which way is taken, by what the first tasks of the list show."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from vision_tasks.lifecycle import TaskStatus
from vision_tasks.records import Position, TaskFilter
from vision_tasks.search_ways import (
    FURTHER,
    FURTHER_OF_STATUS,
    NEAR,
    NEAR_OF_STATUS,
    Lookup,
    Scouting,
    Walk,
    list_ways,
)

LIMIT = 50
NEWEST = datetime(2026, 11, 1, tzinfo=UTC)
SPAN = timedelta(minutes=10)
STREET = TaskFilter(filename="street")
HERE = Position(NEWEST, UUID(int=0))
BACK = Position(NEWEST, UUID(int=0), backward=True)


def scout(matching, *, walked=NEAR, span=SPAN):
    return Scouting(walked, matching, NEWEST - span, NEWEST)


def ways(task_filter, scouting, position=None, limit=LIMIT):
    return list(list_ways(task_filter, scouting, position, limit=limit))


def test_where_the_list_is_short_it_is_walked_to_its_end():
    assert ways(STREET, scout(3, walked=NEAR - 1)) == [Walk(None)]
    assert ways(STREET, Scouting(0, 0, None, None)) == [Walk(None)]


def test_what_is_common_is_walked_and_the_last_way_finds_all_the_same():
    assert ways(STREET, scout(LIMIT + 1)) == [Walk(NEAR), Lookup(None)]


def test_what_is_less_common_is_walked_further():
    assert ways(STREET, scout(20)) == [Walk(FURTHER), Lookup(None)]


@pytest.mark.parametrize(("matching", "times"), [(0, 200), (1, 100), (4, 25)])
def test_what_is_rare_is_looked_up_down_to_where_twice_enough_should_be(matching, times):
    bound = NEWEST - SPAN - SPAN * times
    assert ways(STREET, scout(matching)) == [Lookup(bound), Lookup(None)]
    assert ways(STREET, scout(matching), HERE) == [Lookup(bound), Lookup(None)]


def test_a_list_that_goes_backward_is_looked_up_to_a_later_moment():
    assert ways(STREET, scout(1), BACK) == [Lookup(NEWEST + SPAN * 100), Lookup(None)]


def test_no_bound_is_outside_of_the_years_there_are():
    assert ways(STREET, scout(0, span=timedelta(days=300_000))) == [Lookup(None)]
    assert ways(STREET, scout(0, span=timedelta(days=36_000)), BACK) == [Lookup(None)]


def test_the_tasks_of_a_status_are_walked_less_far():
    failed = TaskFilter(filename="street", status=TaskStatus.FAILED)
    assert ways(failed, scout(20, walked=NEAR_OF_STATUS)) == [
        Walk(FURTHER_OF_STATUS),
        Lookup(None),
    ]
    assert ways(failed, scout(20, walked=NEAR_OF_STATUS - 1)) == [Walk(None)]


@pytest.mark.parametrize("part", ["a", "ab", "_", "a_", "%", "é", "--", "ñú"])
def test_what_no_trigram_is_in_is_never_looked_up(part):
    assert ways(TaskFilter(filename=part), scout(0)) == [Walk(None)]
    assert ways(TaskFilter(filename=part), scout(10)) == [Walk(FURTHER), Walk(None)]


@pytest.mark.parametrize("part", ["abc", "x.jpg", ".j", "ab.", "a-b", "ñandú", "日本語"])
def test_what_a_trigram_is_in_is_looked_up(part):
    assert Lookup(None) in ways(TaskFilter(filename=part), scout(0))
