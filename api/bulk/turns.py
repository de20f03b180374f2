"""How many bulk requests are at work at a time; nobody waits for a turn."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.errors import OverloadedError


class Turns:
    """Up to `number` turns at a time."""

    def __init__(self, number: int) -> None:
        self._left = number

    @contextmanager
    def take(self) -> Iterator[None]:
        """Hold a turn while the block runs; raises OverloadedError where all are taken."""
        if not self._left:
            raise OverloadedError
        self._left -= 1
        try:
            yield
        finally:
            self._left += 1
