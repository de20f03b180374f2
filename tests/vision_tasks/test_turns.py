"""Turns: so many at once, a few who wait, and nobody beyond that holds a thread."""

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from threading import Barrier

import pytest

from vision_tasks.errors import PasswordsBusyError
from vision_tasks.turns import Turns


def make_turns(*, waiting: int, longest_seconds: float = 30.0) -> Turns:
    return Turns(
        at_once=2, waiting=waiting, longest_seconds=longest_seconds, refuse=PasswordsBusyError
    )


@contextmanager
def hold(turns: Turns) -> Iterator[ExitStack]:
    """Take both turns, until the block or the stack ends."""
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(turns.take())
        yield stack


def test_so_many_work_at_once() -> None:
    turns, together = make_turns(waiting=0), Barrier(2, timeout=30)

    def work() -> int:
        with turns.take():
            return together.wait()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(one.result() for one in [pool.submit(work) for _ in range(2)]) == [0, 1]


def test_whoever_finds_no_place_is_refused_at_once() -> None:
    turns = make_turns(waiting=0)
    with hold(turns), pytest.raises(PasswordsBusyError), turns.take():
        pass


def test_one_waits_and_gets_the_turn_of_whoever_is_done_and_another_is_refused() -> None:
    turns = make_turns(waiting=1)

    def work() -> None:
        with turns.take():
            pass

    with ThreadPoolExecutor(2) as pool, hold(turns) as held:
        sent = [pool.submit(work) for _ in range(2)]
        # Which it is only because the other has the one place to wait.
        (refused,), (waiting,) = wait(sent, timeout=30, return_when=FIRST_COMPLETED)
        assert isinstance(refused.exception(), PasswordsBusyError)
        held.close()
        assert waiting.exception(timeout=30) is None


def test_who_waits_in_vain_is_refused_and_leaves_the_place() -> None:
    turns = make_turns(waiting=1, longest_seconds=0.01)
    with hold(turns):
        for _ in range(3):
            with pytest.raises(PasswordsBusyError), turns.take():
                pass


def test_work_that_fails_leaves_its_turn() -> None:
    turns = make_turns(waiting=0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), turns.take():
            raise ZeroDivisionError
    with hold(turns):
        pass
