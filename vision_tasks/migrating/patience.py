"""Trying again when a lock was not to be had, and knowing who held it."""

import logging
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from vision_tasks.faults import DEADLOCK_SQLSTATE, LOCK_NOT_AVAILABLE_SQLSTATE, get_sqlstate
from vision_tasks.migrating.errors import LongWaitError, TableLockedError
from vision_tasks.migrating.indexes import PATIENCE
from vision_tasks.migrating.sessions import find_blockers

TRIES = 5
LONGEST_PAUSE_SECONDS = 5
LOOK_SECONDS = 0.25

_logger = logging.getLogger("alembic.runtime.patience")


def run_patiently(work: Callable[[], None], watch: "BlockerWatch", *, lock_seconds: float) -> None:
    """Run `work`, and again when it waited in vain for a lock, up to TRIES times.

    Between tries it pauses, so that whoever queued behind it gets through. `work` must go on
    where it stopped. Raises TableLockedError in the end, naming who held the lock.
    """
    for number in range(1, TRIES + 1):
        watch.forget()
        try:
            work()
        except LongWaitError as exc:
            raise TableLockedError(PATIENCE * lock_seconds, 1, watch.seen) from exc
        except Exception as exc:
            if get_sqlstate(exc) not in (LOCK_NOT_AVAILABLE_SQLSTATE, DEADLOCK_SQLSTATE):
                raise
            blockers = watch.seen
            if number == TRIES:
                raise TableLockedError(lock_seconds, TRIES, blockers) from exc
        else:
            return
        _logger.warning(
            "Try %d of %d: a lock is held by %s",
            number,
            TRIES,
            " and ".join(blockers) or "a session that has ended",
        )
        time.sleep(min(LONGEST_PAUSE_SECONDS, number * lock_seconds / 2))


class BlockerWatch:
    """Looks, from a connection of its own, who holds what the migrating session waits for.

    Once the wait has ended in vain it is too late to ask, hence a thread.
    """

    def __init__(self, observer: Connection, pid: int, *, seconds: float = LOOK_SECONDS) -> None:
        self._observer = observer
        self._pid = pid
        self._seconds = seconds
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.seen: tuple[str, ...] = ()

    def forget(self) -> None:
        """Begin anew with nobody seen."""
        self.seen = ()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(self._seconds):
            try:
                self.seen = find_blockers(self._observer, self._pid) or self.seen
                self._observer.rollback()
            except SQLAlchemyError:
                # The server is gone, which the migration itself is about to notice.
                return
