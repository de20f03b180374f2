"""What lies between the thread that reads and the one that sends: a few pieces, and no more."""

from collections import deque
from collections.abc import Callable
from threading import Condition
from typing import NamedTuple


class Piece(NamedTuple):
    """Part of a file that ends with a whole task, and how many tasks it holds."""

    data: bytes
    tasks: int


class PipeClosedError(Exception):
    """Nobody takes any more pieces; for the thread that makes them only."""


class Pipe:
    """Takes pieces until about `most_bytes` wait; for one thread on either side.

    Every wait is bounded by seconds, and ends in TimeoutError. Once the taker has closed it, the
    other side gets PipeClosedError.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._changed = Condition()
        self._pieces: deque[Piece] = deque()
        self._bytes = 0
        self._is_wanted = False
        self._is_ended = False
        self._is_closed = False
        self._error: BaseException | None = None

    def put(self, piece: Piece, seconds: float) -> None:
        """Add a piece as soon as there is room."""
        with self._changed:
            self._wait(lambda: self._bytes < self._most_bytes or self._is_closed, seconds)
            self._refuse_if_closed()
            self._pieces.append(piece)
            self._bytes += len(piece.data)
            self._changed.notify_all()

    def wait_until_wanted(self, seconds: float) -> None:
        """Return when all pieces were taken, and another is waited for."""
        with self._changed:
            self._wait(
                lambda: (self._is_wanted and not self._pieces) or self._is_closed,
                seconds,
            )
            self._refuse_if_closed()

    def end(self, error: BaseException | None = None) -> None:
        """Let the taker know that no more follow; an error is raised where they are taken."""
        with self._changed:
            self._is_ended, self._error = True, error
            self._changed.notify_all()

    def take(self, seconds: float) -> Piece | None:
        """Take the next piece; None: there are no more."""
        with self._changed:
            self._is_wanted = True
            self._changed.notify_all()
            self._wait(lambda: bool(self._pieces) or self._is_ended, seconds)
            self._is_wanted = False
            if self._error is not None:
                raise self._error
            if not self._pieces:
                return None
            piece = self._pieces.popleft()
            self._bytes -= len(piece.data)
            self._changed.notify_all()
            return piece

    def close(self) -> None:
        """Take no more."""
        with self._changed:
            self._is_closed = True
            self._pieces.clear()
            self._changed.notify_all()

    def _wait(self, is_so: Callable[[], bool], seconds: float) -> None:
        if not self._changed.wait_for(is_so, seconds):
            raise TimeoutError

    def _refuse_if_closed(self) -> None:
        if self._is_closed:
            raise PipeClosedError
