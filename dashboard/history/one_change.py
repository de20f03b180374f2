"""One change on its own page, whole."""

from flask import Response

from dashboard.desk import get_desk
from dashboard.formats import SHOWN_CHARACTERS
from dashboard.history.reading import fetch_listed_ids, get_change
from dashboard.history.wording import format_deed, format_extent, list_differences, list_facts
from dashboard.pages import Page


def show_change(page: Page, change_id: int) -> Response:
    """Show who did what, when and why; raises ChangeNotFoundError."""
    desk = get_desk()
    change = get_change(desk, change_id, characters=SHOWN_CHARACTERS + 1)
    is_of_many = change.task_id is None and change.tasks > 1
    return page.show(
        "history_change.html",
        change=change,
        deed=format_deed(change),
        extent=format_extent(change),
        differences=list_differences(change, characters=SHOWN_CHARACTERS),
        facts=list_facts(change),
        listed=fetch_listed_ids(desk, change_id) if is_of_many else [],
    )
