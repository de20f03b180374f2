"""Waiting for what happens in another process, with an end."""

import time
from collections.abc import Callable
from typing import TypeVar

DEADLINE_SECONDS = 30.0

T = TypeVar("T")


def wait_for(condition: Callable[[], T | None], what: str) -> T:
    """Return what `condition` returns once it holds."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.01)
    return found
