"""Locks between processes that the kernel frees when their holder dies."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from vision_tasks.embedded.errors import EmbeddedError
from vision_tasks.embedded.forks import forget_in_children

try:
    import fcntl
except ImportError:  # Windows; acquire() refuses that platform with a sentence of its own
    fcntl = None  # type: ignore[assignment]

POLL_SECONDS = 0.02


PROBE_SECONDS = 5.0


def take_server_lock(path: Path) -> "FileLock":
    """Return the lock that a child is about to inherit; EmbeddedError if it is not free.

    Those who only look whether it is free share it for a moment, hence a short wait.
    """
    lock = FileLock(path)
    if not lock.wait_exclusive(PROBE_SECONDS):
        raise EmbeddedError(
            f"Another process keeps {path} locked.", "Find out which, and try again without it."
        )
    return lock


def are_supported() -> bool:
    """Whether this platform has the locks everything here rests upon."""
    return fcntl is not None


class FileLock:
    """One flock(2) lock, held through one open file. See `man 2 flock`.

    The file stays when the lock is freed: a lock on a file that somebody may delete
    protects nothing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = -1

    def try_exclusive(self) -> bool:
        """Take the lock alone, or turn a share into that; False if others hold it.

        A share is lost when this fails, because the kernel gives it up before it tries.
        """
        return self._try(fcntl.LOCK_EX)

    def try_shared(self) -> bool:
        """Take a share of the lock; False if somebody holds it alone."""
        return self._try(fcntl.LOCK_SH)

    def wait_exclusive(self, seconds: float) -> bool:
        """Take the lock alone, waiting at most `seconds`; False if that was not enough."""
        return _wait(self.try_exclusive, seconds)

    def wait_shared(self, seconds: float) -> bool:
        """Take a share of the lock, waiting at most `seconds`; False if that was not enough."""
        return _wait(self.try_shared, seconds)

    def is_current(self) -> bool:
        """Whether the open file is still the one at `path`."""
        try:
            there = self.path.stat(follow_symlinks=False)
        except FileNotFoundError:
            return False
        return os.path.samestat(os.fstat(self._descriptor), there)

    def free(self) -> None:
        """Give the lock up, also if a child between fork and exec holds a copy of it."""
        if self._descriptor >= 0:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        self.forget()

    def forget(self) -> None:
        """Close the file; processes that inherited it keep the lock."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def fileno(self) -> int:
        """Return the descriptor to hand to a child that shall hold the lock."""
        return self._descriptor

    def _try(self, operation: int) -> bool:
        if self._descriptor < 0:
            forget_in_children(self)
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            self._descriptor = os.open(self.path, flags, 0o600)
        try:
            fcntl.flock(self._descriptor, operation | fcntl.LOCK_NB)
        except BlockingIOError:
            self.forget()
            return False
        except BaseException:
            self.forget()
            raise
        return True


def _wait(take: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not take():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True
