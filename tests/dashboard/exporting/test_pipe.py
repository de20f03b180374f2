"""The pieces between the thread that reads and the one that sends."""

import threading

import pytest

from dashboard.exporting.pipe import Piece, Pipe, PipeClosedError

FIRST, SECOND = Piece(b"first", 1), Piece(b"second", 2)


@pytest.fixture
def pipe():
    """One that is full with any one piece in it."""
    return Pipe(most_bytes=1)


def test_what_is_put_in_is_taken_out_until_the_end(pipe):
    pipe.put(FIRST, 1)
    pipe.end()
    assert (pipe.take(1), pipe.take(1), pipe.take(1)) == (FIRST, None, None)


def test_a_piece_waits_for_room_no_longer_than_it_may(pipe):
    pipe.put(FIRST, 0)
    with pytest.raises(TimeoutError):
        pipe.put(SECOND, 0.01)
    assert pipe.take(0) == FIRST
    pipe.put(SECOND, 0)
    assert pipe.take(0) == SECOND


def test_a_piece_is_waited_for_no_longer_than_it_may_be(pipe):
    with pytest.raises(TimeoutError):
        pipe.take(0.01)


def test_an_error_comes_out_where_pieces_are_taken(pipe):
    pipe.put(FIRST, 1)
    pipe.end(ValueError("no more"))
    with pytest.raises(ValueError, match="no more"):
        pipe.take(1)


def test_nothing_is_wanted_while_a_piece_lies_there_or_nobody_waits(pipe):
    with pytest.raises(TimeoutError):
        pipe.wait_until_wanted(0.01)
    pipe.put(FIRST, 0)
    with pytest.raises(TimeoutError):
        pipe.wait_until_wanted(0.01)
    taken = []
    taker = threading.Thread(target=lambda: taken.extend([pipe.take(30), pipe.take(30)]))
    taker.start()
    pipe.wait_until_wanted(30)
    assert taken == []
    pipe.put(SECOND, 0)
    taker.join()
    assert taken == [FIRST, SECOND]


@pytest.mark.parametrize(
    "wait", [lambda pipe: pipe.put(SECOND, 30), lambda pipe: pipe.wait_until_wanted(30)]
)
def test_whoever_waits_learns_at_once_that_nobody_takes_any_more(pipe, wait):
    pipe.put(FIRST, 0)
    closer = threading.Timer(0.01, pipe.close)
    closer.start()
    with pytest.raises(PipeClosedError):
        wait(pipe)
    closer.join()
    with pytest.raises(PipeClosedError):
        pipe.put(FIRST, 0)
