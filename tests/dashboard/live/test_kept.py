"""What one thread finds for all: how often, and what is given out while it cannot be found."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore

import pytest

from dashboard.live.kept import Finding, Kept
from vision_tasks.errors import DatabaseUnavailableError


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def kept(clock):
    return Kept(seconds=5, clock=clock)


def fail():
    raise DatabaseUnavailableError


def must_not_look():
    raise AssertionError("looked")


def test_what_was_found_answers_for_a_while(kept, clock):
    assert kept.get(lambda: "old") == Finding("old", is_stale=False)
    clock.now += 4.9
    assert kept.get(must_not_look).value == "old"
    clock.now += 0.2
    assert kept.get(lambda: "new").value == "new"


def test_somebody_may_ask_for_something_newer(kept, clock):
    kept.get(lambda: "old")
    clock.now += 1.5
    assert kept.get(lambda: "new", seconds=1).value == "new"


def test_a_look_that_took_long_is_rested_from(kept, clock):
    def look_long():
        clock.now += 2
        return "slow"

    kept.get(look_long)
    clock.now += 39
    assert kept.get(must_not_look, seconds=1).value == "slow"
    clock.now += 2
    assert kept.get(lambda: "new").value == "new"


def test_while_nothing_can_be_found_the_last_answer_is_given_and_pauses_grow(kept, clock):
    kept.get(lambda: "known")
    clock.now += 6
    for pause in (5, 10, 20, 40, 60, 60):
        assert kept.get(fail) == Finding("known", is_stale=True)
        clock.now += pause - 1
        assert kept.get(must_not_look).is_stale
        clock.now += 1
    assert kept.get(lambda: "back") == Finding("back", is_stale=False)


def test_where_nothing_is_known_the_fault_is_told_to_all_without_another_look(kept, clock):
    for find in (fail, must_not_look):
        with pytest.raises(DatabaseUnavailableError):
            kept.get(find)
    clock.now += 6
    assert kept.get(lambda: "back").value == "back"


def test_a_fault_that_is_told_to_many_does_not_grow(kept):
    lengths = set()
    for _ in range(9):
        with pytest.raises(DatabaseUnavailableError) as caught:
            kept.get(fail)
        lengths.add(len(caught.traceback))
    assert len(lengths) == 1


def test_many_at_once_are_answered_by_one_look(kept):
    looks: list[int] = []
    asking = Semaphore(0)

    def look():
        if not looks:
            for _ in range(20):
                asking.acquire()
        looks.append(1)
        return len(looks)

    def ask(_):
        asking.release()
        return kept.get(look).value

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(ask, range(20))) == [1] * 20
    assert len(looks) == 1


def test_nobody_waits_for_a_look_while_there_is_an_older_answer(kept, clock):
    kept.get(lambda: "old")
    clock.now += 6
    is_looking, may_end = Event(), Event()

    def look():
        is_looking.set()
        may_end.wait()
        return "new"

    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(kept.get, look)
        is_looking.wait()
        assert kept.get(must_not_look).value == "old"
        may_end.set()
        assert looking.result().value == "new"
