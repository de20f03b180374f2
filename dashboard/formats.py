"""How values are written for people; pure display, called by the templates."""

from datetime import UTC, datetime, timedelta

PREVIEW_CHARACTERS = 80
SHOWN_CHARACTERS = 200_000

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def format_moment(moment: datetime) -> str:
    """Write a moment to the second, in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def format_machine_moment(moment: datetime) -> str:
    """Write a moment for the `datetime` attribute of `<time>`."""
    return moment.astimezone(UTC).isoformat()


def format_age(moment: datetime, now: datetime | None = None) -> str:
    """Say how long ago `moment` was, in its largest unit: "3 hours"."""
    age: timedelta = (now or datetime.now(UTC)) - moment
    for name, seconds in _UNITS:
        count = int(age.total_seconds()) // seconds
        if count > 0:
            return f"{count:,} {name}{'' if count == 1 else 's'}"
    return "a moment"


def format_tasks(count: int) -> str:
    """Say how many tasks: "1 task", "2 tasks"."""
    return f"{count:,} task{'' if count == 1 else 's'}"


def format_preview(text: str) -> str:
    """Cut `text` to one short line."""
    line = " ".join(text[: PREVIEW_CHARACTERS + 1].split())
    return line if len(text) <= PREVIEW_CHARACTERS else f"{line[:PREVIEW_CHARACTERS].rstrip()}…"


def cut(text: str) -> str:
    """Cut `text` to what a page can still show."""
    return text[:SHOWN_CHARACTERS]
