"""How long to wait for a server that cannot answer now."""

import random
import time

FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 30.0


class Patience:
    """The waits of one outage, each up to twice as long as the one before.

    They end before `give_up_after` seconds have passed since the outage began.
    """

    def __init__(self, give_up_after: float) -> None:
        self._ends_at = time.monotonic() + give_up_after
        self._next = FIRST_WAIT_SECONDS

    def wait(self, at_least: float | None) -> bool:
        """Wait, `at_least` as long as the server asks; or return False at once: it is too long."""
        # Not all who lost the same server come back at the same moment.
        chosen = self._next * random.uniform(0.5, 1)  # noqa: S311
        seconds = max(chosen, at_least or 0)
        if time.monotonic() + seconds > self._ends_at:
            return False
        time.sleep(seconds)
        self._next = min(2 * self._next, LONGEST_WAIT_SECONDS)
        return True
