"""Requests to stop: noticed at once, wherever the desk is in its start."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from psycopg2 import extensions

from vision_tasks.interruptible import wait_interruptibly

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequest(BaseException):
    """Ctrl-C, SIGTERM or a terminal that was closed."""


class StopRequests:
    """Raises StopRequest in the main thread when the first of STOP_SIGNALS arrives.

    `is_pending` stays true, for an exception can be lost on its way: code that was interrupted
    may turn it into one of its own.
    """

    def __init__(self) -> None:
        self.is_pending = False
        self._is_stopping = False

    def note_only(self) -> None:
        """Interrupt nothing from here on: a clean stop is under way."""
        self._is_stopping = True

    def check(self) -> None:
        """Raise StopRequest if one has come."""
        if self.is_pending:
            raise StopRequest

    @contextmanager
    def listen(self) -> Iterator[None]:
        """Take the signals over, and let PostgreSQL's driver be interrupted by them."""
        before = {number: signal.signal(number, self._notice) for number in STOP_SIGNALS}
        extensions.set_wait_callback(wait_interruptibly)
        try:
            yield
        finally:
            extensions.set_wait_callback(None)
            for number, handler in before.items():
                signal.signal(number, handler)

    def _notice(self, _number: int, _frame: FrameType | None) -> None:
        # One request is enough: a second Ctrl-C must not cut the clean stop short.
        was_pending, self.is_pending = self.is_pending, True
        if not was_pending and not self._is_stopping:
            raise StopRequest
