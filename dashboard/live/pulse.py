"""What has changed of late, looked at for all open lists of an app in one statement."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from dashboard.desk import Desk
from dashboard.live.kept import Finding, Kept
from vision_tasks.pulse_queries import Recent, read_recent, select_recent
from vision_tasks.records import TaskFilter

INTERVAL_SECONDS = 5.0
WINDOW_SECONDS = 60
"""How far each look goes back at least, so that a transaction may take as long unnoticed."""
MOST_WINDOW_SECONDS = 3_600
ASKED_SECONDS = 60
"""How long a list that was asked for is looked at still."""
MAX_LISTS = 40
STATEMENT_SECONDS = 2


@dataclass(frozen=True)
class Beat:
    """What one look found, and of which lists it tells; the place of each in `lists`."""

    recent: Recent
    lists: dict[TaskFilter, int]

    def tells_of(self, task_filter: TaskFilter, after: datetime) -> bool:
        """Tell whether it knows of that list all that happened `after` a moment."""
        if task_filter not in self.lists:
            return False
        oldest = self.recent.at - timedelta(seconds=MOST_WINDOW_SECONDS)
        return max(after, oldest) >= self.recent.since


class Pulse:
    """Looks once an interval, as long as anybody asks; for any threads. `clock` tells seconds."""

    def __init__(
        self,
        *,
        seconds: float = INTERVAL_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._beats: Kept[Beat] = Kept(seconds=seconds, clock=clock)
        self._asking = Lock()
        self._asked: dict[TaskFilter, float] = {}
        self._window_seconds: float = WINDOW_SECONDS

    @property
    def seconds(self) -> float:
        """The time between two looks."""
        return self._beats.seconds

    def get(self, desk: Desk, task_filter: TaskFilter) -> Finding[Beat]:
        """Return the last look, a new one where it is time for that.

        Whether it `tells_of` this list is another question: the next one will, with `reach_back`
        where it must. Raises VisionTasksError or DBAPIError where there was none yet and the
        database cannot tell.
        """
        self._ask(task_filter)
        return self._beats.get(lambda: self._look(desk))

    def _ask(self, task_filter: TaskFilter) -> None:
        with self._asking:
            # Put last, for those that were asked for longest ago go first.
            self._asked.pop(task_filter, None)
            self._asked[task_filter] = self._clock()
            if len(self._asked) > MAX_LISTS:
                del self._asked[next(iter(self._asked))]

    def reach_back(self, age: timedelta) -> None:
        """Let the next look tell of all that happened within `age`, if that can be looked at."""
        with self._asking:
            wanted = age.total_seconds() + WINDOW_SECONDS
            self._window_seconds = min(max(self._window_seconds, wanted), MOST_WINDOW_SECONDS)

    def _look(self, desk: Desk) -> Beat:
        with self._asking:
            earliest = self._clock() - ASKED_SECONDS
            asked = [one for one, at in self._asked.items() if at >= earliest]
            self._asked = {one: self._asked[one] for one in asked}
            window_seconds, self._window_seconds = self._window_seconds, WINDOW_SECONDS
        statement = select_recent(asked, seconds=window_seconds)
        with desk.begin(seconds=STATEMENT_SECONDS) as connection:
            recent = read_recent(connection.execute(statement).all())
        return Beat(recent, {one: place for place, one in enumerate(asked)})
