"""What the overview shows, found anew for all who look at once, and kept for each app."""

from dataclasses import dataclass, field
from typing import cast

from flask import current_app, render_template
from markupsafe import Markup

from dashboard import formats
from dashboard.desk import Desk
from dashboard.language import get_language, make_template_texts
from dashboard.live.kept import Finding, Kept
from dashboard.overview.charts import draw_rates
from dashboard.overview.failures import fetch_failures
from dashboard.overview.rates import RateCounter, Rates
from vision_tasks.failure_queries import Failures
from vision_tasks.task_figures import TaskOverview, read_overview, select_overview

INTERVAL_SECONDS = 5.0
"""How often an open page asks, and how old its counts are at most."""
SELDOM_SECONDS = 15.0
"""The same of what takes longer to find."""
OPENED_SECONDS = 1.0
"""How old the counts are at most for whoever opens the page, after an action of theirs for one."""

_NAME = "vision_tasks_overview"


@dataclass
class Looks:
    """The looks of one app; for any threads."""

    interval_seconds: float = INTERVAL_SECONDS
    counter: RateCounter = field(default_factory=RateCounter)
    figures: Kept[TaskOverview] = field(default_factory=lambda: Kept(seconds=INTERVAL_SECONDS))
    rates: Kept[Rates] = field(default_factory=lambda: Kept(seconds=SELDOM_SECONDS))
    failures: Kept[Failures] = field(default_factory=lambda: Kept(seconds=SELDOM_SECONDS))
    drawn: dict[str, tuple[Rates, Markup]] = field(default_factory=dict)

    def find_figures(self, desk: Desk, *, seconds: float | None = None) -> Finding[TaskOverview]:
        """Count the tasks, `seconds` ago at most."""
        return self.figures.get(lambda: _fetch_figures(desk), seconds=seconds)

    def find_rates(self, desk: Desk) -> Finding[Rates]:
        """Count what came and went."""
        seconds = self.rates.seconds if self.counter.is_whole else self.interval_seconds
        return self.rates.get(lambda: self.counter.refresh(desk), seconds=seconds)

    def draw(self, rates: Rates) -> Markup:
        """Draw the charts in the language of the request, anew where they were of other rates."""
        language = get_language()
        known, drawing = self.drawn.get(language, (None, Markup()))
        if known is not rates:
            drawing = _draw(rates)
            self.drawn[language] = rates, drawing
        return drawing

    def find_failures(self, desk: Desk) -> Finding[Failures]:
        """Group what failed."""
        return self.failures.get(lambda: fetch_failures(desk))


def get_looks() -> Looks:
    """Return those of the current app in this process."""
    return cast("Looks", current_app.extensions.setdefault(_NAME, Looks()))


def _draw(rates: Rates) -> Markup:
    groups = draw_rates(rates)
    values = {"formats": formats, **make_template_texts()}
    html = render_template("vision_tasks/overview_rates.html", groups=groups, **values)
    return Markup(html)  # noqa: S704


def _fetch_figures(desk: Desk) -> TaskOverview:
    with desk.begin() as connection:
        return read_overview(connection.execute(select_overview()).all())
