"""How many tasks came in, came out and failed, by the minute and by the quarter of an hour."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from dashboard.desk import Desk
from dashboard.overview.minutes import MINUTE, MINUTES, Minutes, floor_minute
from vision_tasks.rate_queries import Event

BUDGET_SECONDS = 0.3
"""How long one refresh goes on counting what lies further back."""
STATEMENT_SECONDS = 5
QUARTER_MINUTES = 15
HOUR_BARS, DAY_BARS = 60, MINUTES // QUARTER_MINUTES


@dataclass(frozen=True)
class Bar:
    """One stretch of time from `at` on; None stands for what has not been counted yet."""

    at: datetime
    came: int | None
    went: int | None
    failed: int | None


@dataclass(frozen=True)
class Rates:
    """The bars of the hour and of the day until `at`: a minute each, a quarter of an hour each."""

    at: datetime
    hour: tuple[Bar, ...]
    day: tuple[Bar, ...]


class RateCounter:
    """Remembers what was counted; not to be used by two threads at once. `clock` tells seconds."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._events = {event: Minutes(event) for event in Event}
        self.is_whole = False
        """Whether nothing was missing in the end; else it pays to go on soon."""

    def refresh(self, desk: Desk) -> Rates:
        """Count what is new, and for BUDGET_SECONDS what is missing; the newest first."""
        ends_at = self._clock() + BUDGET_SECONDS
        with desk.begin(seconds=STATEMENT_SECONDS) as connection:
            now: datetime = connection.execute(select(func.now())).scalar_one()
            waiting = list(self._events.values())
            while waiting:
                waiting = [one for one in waiting if one.count(connection, now)]
                if self._clock() >= ends_at:
                    break
        self.is_whole = not waiting
        for minutes in self._events.values():
            minutes.forget(now - (MINUTES + 1) * MINUTE)
        return Rates(now, tuple(self._list_hour(now)), tuple(self._list_day(now)))

    def _list_hour(self, now: datetime) -> Iterator[Bar]:
        current = floor_minute(now)
        for age in reversed(range(HOUR_BARS)):
            yield self._sum(current - age * MINUTE, 1, now)

    def _list_day(self, now: datetime) -> Iterator[Bar]:
        current = floor_minute(now)
        current -= MINUTE * (current.minute % QUARTER_MINUTES)
        for age in reversed(range(DAY_BARS)):
            yield self._sum(
                current - age * timedelta(minutes=QUARTER_MINUTES), QUARTER_MINUTES, now
            )

    def _sum(self, at: datetime, minutes: int, now: datetime) -> Bar:
        moments = [at + age * MINUTE for age in range(minutes)]
        counted = {
            event: [found.get(moment) for moment in moments if moment <= now]
            for event, found in self._events.items()
        }
        failed = counted[Event.FAILED]
        return Bar(
            at,
            _add(counted[Event.CREATED]),
            _add([*counted[Event.COMPLETED], *failed]),
            _add(failed),
        )


def _add(numbers: list[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None
