"""The addresses of the overview: the page, and the part of it that keeps up by itself."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Response, request

from dashboard.desk import get_desk
from dashboard.formats import format_about, format_machine_moment, format_number
from dashboard.language import Lazy, gettext
from dashboard.live.kept import Finding
from dashboard.overview.failures import show_failures
from dashboard.overview.looks import OPENED_SECONDS, get_looks
from dashboard.pages import TASKS_PATH, Page, expose
from dashboard.problems import FAILURES
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.queries import COUNT_LIMIT

T = TypeVar("T")

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ShownCount:
    """A number in words."""

    text: str
    is_exact: bool


class OverviewPage(Page):
    """A page of its own in a host's admin, or the index of ours (`as_index`)."""

    def __init__(
        self,
        *,
        as_index: bool = False,
        category: str | None = None,
        url: str = f"{TASKS_PATH}/overview",
    ) -> None:
        super().__init__(
            Lazy("Overview"),
            endpoint="vision_tasks_overview",
            url="/admin" if as_index else url,
            # The index of an Admin serves Flask-Admin's own static files.
            static_folder="static" if as_index else None,
            category=category,
        )

    @expose("/")
    def index(self) -> Response:
        """Show how many tasks there are, how they come and go, and what goes wrong."""
        return self._show("overview.html", seconds=OPENED_SECONDS)

    @expose("/live")
    def live(self) -> Response:
        """Show what of it keeps up, for the page that is open and says which `charts` it has."""
        return self._show("overview_live.html")

    def _show(self, template: str, *, seconds: float | None = None) -> Response:
        desk, looks = get_desk(), get_looks()
        found = looks.find_figures(desk, seconds=seconds)
        figures = found.value
        rates = _find(lambda: looks.find_rates(desk))
        failures = _find(lambda: looks.find_failures(desk))
        path = desk.settings.FAILURE_PATH
        stamp = None if rates is None else format_machine_moment(rates.at)
        return self.show(
            template,
            counts={status: show_count(figures.counts.get(status, 0)) for status in TaskStatus},
            is_stale=found.is_stale,
            oldest=figures.waiting,
            charts=None if rates is None else looks.draw(rates),
            charts_stamp=stamp,
            has_charts=stamp is None or request.args.get("charts") != stamp,
            failures=None if failures is None else show_failures(failures, path),
            failure_path=path,
            live_seconds=looks.interval_seconds,
        )


def show_count(count: float) -> ShownCount:
    """Write a count that is exact up to COUNT_LIMIT, and an estimate above that."""
    if count <= COUNT_LIMIT:
        return ShownCount(format_number(round(count)), is_exact=True)
    if count <= COUNT_LIMIT + 1:
        # Counted so far, and without an estimate of how many there are.
        text = gettext("more than %(number)s", number=format_number(COUNT_LIMIT))
        return ShownCount(text, is_exact=False)
    return ShownCount(format_about(count), is_exact=False)


def _find(find: Callable[[], Finding[T]]) -> T | None:
    try:
        return find().value
    except FAILURES as exc:
        # The rest of the page is wanted all the more.
        _logger.warning("Part of the overview cannot be shown: %s", type(exc).__name__)
        return None
