"""The charts: bars as the path of an SVG, and what they say in words and numbers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from dashboard.formats import format_number
from dashboard.language import gettext, ngettext
from dashboard.overview.rates import Bar, Rates

HEIGHT = 100
"""Of the drawing, in its own units; a bar is one unit wide."""
_GAP, _LEAST_HEIGHT = 0.15, 1.5
_STEPS = (1, 2, 5, 10)
_MARKS = 4

Series = Sequence[int | None]


@dataclass(frozen=True)
class Chart:
    """One kind of event over a stretch of time; `top` is the number at its upper edge."""

    kind: str
    title: str
    words: str
    total: int
    is_whole: bool
    top: int
    path: str
    uncounted: str


@dataclass(frozen=True)
class ChartGroup:
    """The charts of one stretch of time, side by side, and the numbers behind them."""

    name: str
    title: str
    each: str
    width: int
    marks: tuple[datetime, ...]
    charts: tuple[Chart, ...]
    bars: tuple[Bar, ...]


def draw_rates(rates: Rates) -> list[ChartGroup]:
    """Draw the last hour and the last day."""
    return [
        _draw("hour", gettext("The last hour"), gettext("tasks per minute"), rates.hour),
        _draw("day", gettext("The last day"), gettext("tasks per 15 minutes"), rates.day),
    ]


def _draw(name: str, title: str, each: str, bars: tuple[Bar, ...]) -> ChartGroup:
    came, went, failed = (
        [getattr(bar, kind) for bar in bars] for kind in ("came", "went", "failed")
    )
    # On one scale, so that it can be seen whether more come than go.
    top = find_top([*came, *went])
    begin = tuple(bar.at for bar in bars)
    charts = (
        _chart("came", gettext("Came in"), _say(_say_came, came, begin), came, top),
        _chart("went", gettext("Done or failed"), _say(_say_went, went, begin), went, top),
        _chart(
            "failed", gettext("Failed"), _say(_say_failed, failed, begin), failed, find_top(failed)
        ),
    )
    marks = begin[:: len(bars) // _MARKS]
    return ChartGroup(name, title, each, len(bars), marks, charts, tuple(reversed(bars)))


def _chart(kind: str, title: str, words: str, series: Series, top: int) -> Chart:
    return Chart(
        kind,
        title,
        words,
        total=sum(number for number in series if number is not None),
        is_whole=None not in series,
        top=top,
        path=format_bars(series, top),
        uncounted=format_gaps(series),
    )


def find_top(series: Series) -> int:
    """Return a round number that no bar exceeds."""
    most = max((number for number in series if number is not None), default=0)
    power = int("1".ljust(len(str(most)), "0"))
    return next(top for step in _STEPS if (top := step * power) >= most)


def format_bars(series: Series, top: int) -> str:
    """Write the bars as the path of an SVG; whatever there is can be seen."""
    path = []
    for place, number in enumerate(series):
        if number:
            height = round(max(HEIGHT * number / top, _LEAST_HEIGHT), 2)
            path.append(f"M{place + _GAP / 2:g} {HEIGHT}v-{height:g}h{1 - _GAP:g}v{height:g}z")
    return "".join(path)


def format_gaps(series: Series) -> str:
    """Write as a path where nothing has been counted yet."""
    places = [place for place, number in enumerate(series) if number is None]
    starts = [place for place in places if place - 1 not in places]
    ends = [place + 1 for place in places if place + 1 not in places]
    return "".join(
        f"M{start} 0h{end - start}v{HEIGHT}h-{end - start}z"
        for start, end in zip(starts, ends, strict=True)
    )


def _say(say_total: Callable[[int], str], series: Series, begin: Sequence[datetime]) -> str:
    known = [number for number in series if number is not None]
    sentences = [say_total(sum(known))]
    if most := max(known, default=0):
        at = f"{begin[series.index(most)].astimezone(UTC):%H:%M}"
        sentences.append(
            gettext("Most at %(time)s UTC: %(number)s.", time=at, number=format_number(most))
        )
    if len(known) < len(series):
        sentences.append(gettext("Not all of it has been counted yet."))
    return " ".join(sentences)


def _say_came(total: int) -> str:
    return ngettext("%(num)s task came in.", "%(num)s tasks came in.", total)


def _say_went(total: int) -> str:
    return ngettext(
        "%(num)s task was completed or failed.", "%(num)s tasks were completed or failed.", total
    )


def _say_failed(total: int) -> str:
    return ngettext("%(num)s task failed.", "%(num)s tasks failed.", total)
