"""How many events there were in each minute of a day, each minute counted a few times at most."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection

from vision_tasks.rate_queries import Event, select_minutes

MINUTE = timedelta(minutes=1)
MINUTES = 24 * 60
MAX_ROWS = 50_000
"""No more rows of the history are counted at once, but for those of a single minute."""
AGES = (timedelta(0), timedelta(minutes=2), timedelta(minutes=15))
"""How old a minute is when it is counted: a long transaction puts its changes into the past."""

Span = tuple[datetime, datetime]


class Minutes:
    """Remembers the minutes of one kind of event; not to be used by two threads at once."""

    def __init__(self, event: Event) -> None:
        self._event = event
        self._tasks: dict[datetime, int] = {}
        self._counted_at: dict[datetime, datetime] = {}

    def get(self, minute: datetime) -> int | None:
        """Return how many there were in the minute that begins then; None: not counted yet."""
        return self._tasks.get(minute)

    def count(self, connection: Connection, now: datetime) -> bool:
        """Count the newest minutes that are due at `now`, the moment of the database.

        Returns False where none is.
        """
        span = self._find_due(now)
        if span is None:
            return False
        since, until = span
        found, is_whole = self._fetch(connection, since, until, limit=MAX_ROWS)
        if not is_whole:
            # The first of them goes on before what was read.
            since = min(found) + MINUTE
            if since == until:
                since = until - MINUTE
                found, _ = self._fetch(connection, since, until, limit=None)
        for minute in _list_minutes(since, until):
            self._tasks[minute], self._counted_at[minute] = found.get(minute, 0), now
        return True

    def forget(self, earliest: datetime) -> None:
        """Forget the minutes before `earliest`."""
        for minute in [one for one in self._tasks if one < earliest]:
            del self._tasks[minute], self._counted_at[minute]

    def _fetch(
        self, connection: Connection, since: datetime, until: datetime, *, limit: int | None
    ) -> tuple[dict[datetime, int], bool]:
        rows = connection.execute(select_minutes(self._event, since, until, limit=limit)).all()
        read = sum(rows_read for _, _, rows_read in rows)
        return {minute: int(tasks) for minute, tasks, _ in rows}, limit is None or read < limit

    def _find_due(self, now: datetime) -> Span | None:
        current = floor_minute(now)
        until = since = None
        for age in range(MINUTES):
            minute = current - age * MINUTE
            if self._is_due(minute, now):
                until, since = until or minute + MINUTE, minute
            elif until is not None:
                break
        return None if until is None or since is None else (since, until)

    def _is_due(self, minute: datetime, now: datetime) -> bool:
        counted_at, end = self._counted_at.get(minute), minute + MINUTE
        if counted_at is None:
            return True
        if counted_at == now:
            return False
        return now < end or any(counted_at < end + age <= now for age in AGES)


def floor_minute(moment: datetime) -> datetime:
    """Return the beginning of a minute."""
    return moment.replace(second=0, microsecond=0)


def _list_minutes(since: datetime, until: datetime) -> Iterator[datetime]:
    while since < until:
        yield since
        since += MINUTE
