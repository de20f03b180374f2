"""Work that only so many threads do at once: a few more wait for their turn, the rest do not."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from vision_tasks.errors import VisionTasksError


class Turns:
    """`at_once` threads work, `waiting` more wait, and no longer than `longest_seconds`.

    Whoever finds no place, or waits in vain, gets the error that `refuse` makes. So the threads
    that this can hold are counted, however slow the work, and however many want to do it.
    """

    def __init__(
        self,
        *,
        at_once: int,
        waiting: int,
        longest_seconds: float,
        refuse: Callable[[], VisionTasksError],
    ) -> None:
        self.longest_seconds = longest_seconds
        self._refuse = refuse
        self._places = BoundedSemaphore(at_once + waiting)
        self._turns = BoundedSemaphore(at_once)

    @contextmanager
    def take(self) -> Iterator[None]:
        """Do the work of the block when it is its turn; never a turn within a turn."""
        if not self._places.acquire(blocking=False):
            raise self._refuse()
        try:
            if not self._turns.acquire(timeout=self.longest_seconds):
                raise self._refuse()
            try:
                yield
            finally:
                self._turns.release()
        finally:
            self._places.release()
