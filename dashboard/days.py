"""Whole days, in UTC or in the zone of a person, as the filters of a list are written."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from vision_tasks.errors import InvalidFieldError
from vision_tasks.sentences import sentence

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*")


def parse_day(text: str, field: str) -> date:
    """Read a day; raises InvalidFieldError."""
    try:
        return date.fromisoformat(text if _DATE.fullmatch(text) else "")
    except ValueError:
        raise InvalidFieldError(
            field, sentence("is written year-month-day, as in 2026-03-31.")
        ) from None


def parse_zone(text: str, field: str) -> tzinfo:
    """Read the name of a time zone, as browsers write it; raises InvalidFieldError."""
    try:
        if _ZONE.fullmatch(text):
            return ZoneInfo(text)
    except (ValueError, OSError, KeyError):
        # No such file, a folder, or a file that is no zone.
        pass
    raise InvalidFieldError(field, sentence("is no time zone; write it as in Europe/Madrid."))


def start_of(day: date | None, zone: tzinfo = UTC) -> datetime | None:
    """Return the moment, in UTC, at which `day` begins in `zone`."""
    return None if day is None else _begin(day, zone)


def end_of(day: date | None, zone: tzinfo = UTC) -> datetime | None:
    """Return the moment, in UTC, at which `day` is over; None where none can be written."""
    # The last day that can be written has no next midnight, and nothing lies beyond it.
    return None if day is None or day == date.max else _begin(day + timedelta(days=1), zone)


def _begin(day: date, zone: tzinfo) -> datetime:
    midnight = datetime.combine(day, time.min, zone)
    try:
        return midnight.astimezone(UTC)
    except OverflowError:
        # The first and the last day, seen from the other side of the world.
        return midnight.replace(tzinfo=UTC)
