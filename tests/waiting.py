"""Waiting for what happens in another process, with an end."""

import time
from collections.abc import Callable

DEADLINE_SECONDS = 30.0


def wait_for(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.01)
