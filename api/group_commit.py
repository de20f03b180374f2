"""Work that waits together is done together, and nobody waits for others to come.

The first sets out at once. Who comes while it is under way sets out with all the others that came
meanwhile, as soon as it is back.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from types import TracebackType
from typing import Generic, TypeVar

from api.errors import OverloadedError
from api.metrics import set_waiting

Line = TypeVar("Line", bound=Hashable)
Item = TypeVar("Item")
Outcome = TypeVar("Outcome")
_Settled = tuple[Outcome | BaseException, TracebackType | None]


class Waiting(Generic[Item, Outcome]):
    """One piece of work and whoever waits for its outcome, if they still do.

    `since` is when it came, by the clock of the event loop.
    """

    __slots__ = ("_future", "item", "since")

    def __init__(
        self, item: Item, future: "asyncio.Future[_Settled[Outcome]]", since: float
    ) -> None:
        self.item = item
        self._future = future
        self.since = since

    @property
    def is_over(self) -> bool:
        """Tell whether it has its outcome, or nobody waits for one."""
        return self._future.done()

    def settle(self, outcome: Outcome | BaseException) -> None:
        """Give it its outcome, or the error to raise; the first one counts."""
        if not self._future.done():
            self._future.set_result((outcome, getattr(outcome, "__traceback__", None)))


class GroupCommit(Generic[Line, Item, Outcome]):
    """Lines of waiting work, up to `max_waiting` pieces in all.

    `work` is given up to `max_together` pieces of one line and settles each; it works for
    `max_under_way` lines at a time. What has waited for its turn longer than `max_wait_seconds`
    gets OverloadedError in its place.
    """

    def __init__(
        self,
        work: Callable[[Line, Sequence[Waiting[Item, Outcome]]], Awaitable[None]],
        *,
        max_waiting: int,
        max_together: int,
        max_under_way: int,
        max_wait_seconds: float,
    ) -> None:
        self._work = work
        self._max_waiting = max_waiting
        self._max_together = max_together
        self._max_under_way = max_under_way
        self._max_wait_seconds = max_wait_seconds
        self._lines: dict[Line, deque[Waiting[Item, Outcome]]] = {}
        self._under_way: dict[Line, asyncio.Task[None]] = {}
        self.waiting = 0

    def require_room(self) -> None:
        """Raise OverloadedError where too many wait already."""
        if self.waiting >= self._max_waiting:
            raise OverloadedError

    async def submit(self, line: Line, item: Item) -> Outcome:
        """Have `item` done; raises OverloadedError at once where too many wait already."""
        self.require_room()
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self._lines.setdefault(line, deque()).append(Waiting(item, future, loop.time()))
        self.waiting += 1
        set_waiting(self.waiting)
        self._set_out()
        outcome, traceback = await future
        if isinstance(outcome, BaseException):
            # The others raise the same one, and each would leave its own frames in it.
            raise outcome.with_traceback(traceback)
        return outcome  # type: ignore[no-any-return]

    async def finish(self) -> None:
        """Return when all that was submitted has its outcome."""
        while self._under_way:
            await asyncio.wait(self._under_way.values())

    def _set_out(self) -> None:
        for line in self._lines:
            if len(self._under_way) == self._max_under_way:
                break
            if line not in self._under_way:
                self._under_way[line] = asyncio.create_task(self._take(line))

    async def _take(self, line: Line) -> None:
        queue = self._lines.pop(line)
        group = [queue.popleft() for _ in range(min(len(queue), self._max_together))]
        if queue:
            # Behind the other lines.
            self._lines[line] = queue
        self.waiting -= len(group)
        set_waiting(self.waiting)
        earliest = asyncio.get_running_loop().time() - self._max_wait_seconds
        for one in group:
            if one.since < earliest:
                one.settle(OverloadedError())
        try:
            await self._work(line, [one for one in group if not one.is_over])
        except Exception as exc:  # noqa: BLE001
            for one in group:
                one.settle(exc)
        finally:
            for one in group:
                one.settle(asyncio.CancelledError())
            del self._under_way[line]
            self._set_out()
