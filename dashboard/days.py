"""Whole days in UTC, as the filters of a list are written."""

import re
from datetime import UTC, date, datetime, time, timedelta

from vision_tasks.errors import InvalidFieldError

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_day(text: str, field: str) -> date:
    """Read a day; raises InvalidFieldError."""
    try:
        return date.fromisoformat(text if _DATE.fullmatch(text) else "")
    except ValueError:
        raise InvalidFieldError(field, "is written year-month-day, as in 2026-03-31.") from None


def start_of(day: date | None) -> datetime | None:
    """Return the moment at which `day` begins."""
    return None if day is None else datetime.combine(day, time.min, UTC)


def end_of(day: date | None) -> datetime | None:
    """Return the moment at which `day` is over; None where none can be written."""
    # The last day that can be written has no next midnight, and nothing lies beyond it.
    return None if day is None or day == date.max else start_of(day + timedelta(days=1))
