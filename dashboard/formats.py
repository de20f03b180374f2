"""How values are written for people; pure display, called by the templates."""

from datetime import UTC, datetime, timedelta

from dashboard.about import format_about
from dashboard.given_reasons import format_reason
from dashboard.language import gettext, ngettext, translate
from dashboard.language.texts import format_number
from vision_tasks.sentences import verbatim

__all__ = ["format_about", "format_number", "format_reason"]

PREVIEW_CHARACTERS = 80
SHOWN_CHARACTERS = 200_000

_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60


def format_moment(moment: datetime) -> str:
    """Write a moment to the second, in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def format_clock(moment: datetime) -> str:
    """Write the hour and the minute of a moment, in UTC."""
    return f"{moment.astimezone(UTC):%H:%M}"


def format_machine_moment(moment: datetime) -> str:
    """Write a moment for the `datetime` attribute of `<time>`."""
    return moment.astimezone(UTC).isoformat()


def format_age(moment: datetime, now: datetime | None = None) -> str:
    """Say how long ago `moment` was, in its largest unit: "3 hours"."""
    age: timedelta = (now or datetime.now(UTC)) - moment
    seconds = int(age.total_seconds())
    if seconds >= _DAY:
        return ngettext("%(num)s day", "%(num)s days", seconds // _DAY)
    if seconds >= _HOUR:
        return ngettext("%(num)s hour", "%(num)s hours", seconds // _HOUR)
    if seconds >= _MINUTE:
        return ngettext("%(num)s minute", "%(num)s minutes", seconds // _MINUTE)
    if seconds >= 1:
        return ngettext("%(num)s second", "%(num)s seconds", seconds)
    return gettext("a moment")


def format_status(status: str) -> str:
    """Write a status in the language of the page; one that is not known stays as it is."""
    return translate(verbatim(status))


def format_tasks(count: int) -> str:
    """Say how many tasks: "1 task", "2 tasks"."""
    return ngettext("%(num)s task", "%(num)s tasks", count)


def format_preview(text: str, characters: int = PREVIEW_CHARACTERS) -> str:
    """Cut `text` to one short line."""
    line = " ".join(text[: characters + 1].split())
    return line if len(text) <= characters else f"{line[:characters].rstrip()}…"


def cut(text: str) -> str:
    """Cut `text` to what a page can still show."""
    return text[:SHOWN_CHARACTERS]
