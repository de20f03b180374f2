"""Moments in RFC 3339, in and out."""

import re
from datetime import UTC, datetime

from vision_tasks.errors import InvalidFieldError

_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})",
    re.IGNORECASE,
)


def format_moment(moment: datetime) -> str:
    """Write an aware moment in UTC, always with microseconds, so that texts sort as moments."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def parse_moment(text: str, field: str) -> datetime:
    """Read a moment with its zone and return it in UTC, or raise InvalidFieldError."""
    if _MOMENT.fullmatch(text) is None:
        raise InvalidFieldError(
            field,
            "must be a date, a time and a zone as in 2026-11-30T08:00:00Z or"
            " 2026-11-30T08:00:00.123456+01:00 (in a URL, + is written %2B).",
        )
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidFieldError(field, "is no moment of the years 1 to 9999.") from None
