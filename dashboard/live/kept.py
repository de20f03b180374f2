"""A value that one thread finds for all who ask, and seldom."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

from sqlalchemy.exc import DBAPIError

from vision_tasks.errors import VisionTasksError

REST = 20
"""A look that took long is rested from for so many times as long."""
MOST_PAUSE_SECONDS = 60

T = TypeVar("T")


@dataclass(frozen=True)
class Finding(Generic[T]):
    """What was found last; `is_stale` where it could not be found anew."""

    value: T
    is_stale: bool


class Kept(Generic[T]):
    """Keeps what was found for `seconds`; for any threads.

    While the database cannot tell, what was found before is given out, and it is asked again after
    pauses that become longer. `clock` tells seconds.
    """

    def __init__(self, *, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._looking = Lock()
        self._value: T | None = None
        self._found_at = self._rested_at = float("-inf")
        self._fault: VisionTasksError | DBAPIError | None = None
        self._pause_seconds = 0.0

    def get(self, find: Callable[[], T], *, seconds: float | None = None) -> Finding[T]:
        """Return what `find` found, `seconds` ago at most if it can be had.

        Where another thread looks, what is known is returned at once. Raises what `find` raised
        where nothing is known yet.
        """
        if self._is_good(seconds):
            return self._give()
        if self._looking.acquire(blocking=self._value is None):
            try:
                if not self._is_good(seconds):
                    self._look(find)
            finally:
                self._looking.release()
        return self._give()

    def _is_good(self, seconds: float | None) -> bool:
        now = self._clock()
        is_new = now < self._found_at + (self.seconds if seconds is None else seconds)
        return now < self._rested_at or (is_new and self._fault is None)

    def _look(self, find: Callable[[], T]) -> None:
        began_at = self._clock()
        try:
            self._value = find()
        except (VisionTasksError, DBAPIError) as exc:
            longer = 2 * self._pause_seconds or self.seconds
            self._pause_seconds = min(longer, MOST_PAUSE_SECONDS)
            self._fault, self._rested_at = exc, self._clock() + self._pause_seconds
            return
        self._fault, self._pause_seconds = None, 0.0
        self._found_at = self._clock()
        self._rested_at = self._found_at + REST * (self._found_at - began_at)

    def _give(self) -> Finding[T]:
        if self._value is None:
            assert self._fault is not None  # noqa: S101
            # Raised again and again it would drag along the frames of all who asked before.
            raise self._fault.with_traceback(None)
        return Finding(self._value, is_stale=self._fault is not None)
