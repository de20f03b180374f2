"""The first page: how many tasks there are of each status, and which one waits longest."""

from flask import Response

from dashboard.desk import get_desk
from dashboard.language import Lazy
from dashboard.pages import TASKS_PATH, Page, expose
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.queries import COUNT_LIMIT, select_oldest_waiting, select_status_counts


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
        """Show the counts and the oldest task that waits."""
        with get_desk().begin() as connection:
            counts = {
                TaskStatus(status): count
                for status, count in connection.execute(select_status_counts())
            }
            oldest = connection.execute(select_oldest_waiting()).one_or_none()
        return self.show(
            "overview.html",
            counts={status: format_count(counts.get(status, 0)) for status in TaskStatus},
            oldest=oldest,
        )


def format_count(count: int) -> str:
    """Write a count that was taken up to one past COUNT_LIMIT."""
    return f"more than {COUNT_LIMIT:,}" if count > COUNT_LIMIT else f"{count:,}"
