"""Deleting ticked tasks: asked first, and whatever changed since it was ticked is kept."""

from flask import Response, flash, request

from dashboard.desk import get_desk
from dashboard.many_tasks import fetch_ticked, remove_seen
from dashboard.pages import Page
from dashboard.problems import FAILURES, Problem, describe_error
from dashboard.returning import get_back_query, get_back_url, see_other
from dashboard.ticks import FIELD, format_tick, read_ticks
from dashboard.tokens import TOKEN_REFUSED, is_token_valid, refuse_foreign_form
from vision_tasks.bulk_queries import SeenTask

# Several times what as many ticks as are allowed come to, however a browser quotes them.
MAX_FORM_BYTES = 131_072


def handle_bulk_deletion(page: Page) -> Response:
    """Ask before the ticked tasks are deleted, then delete them and report."""
    if request.method != "POST":
        return see_other(get_back_url())
    request.max_content_length = request.max_form_memory_size = MAX_FORM_BYTES
    refuse_foreign_form()
    ticked = read_ticks(request.form.getlist(FIELD))
    if not ticked:
        flash("Nothing is ticked. Tick the tasks that you want to delete.", "info")
        return see_other(get_back_url())
    if not is_token_valid():
        return _ask(page, ticked, problem=TOKEN_REFUSED)
    if "confirmed" not in request.form:
        return _ask(page, ticked)
    try:
        removal = remove_seen(get_desk(), ticked)
    except FAILURES as exc:
        return _ask(page, ticked, problem=describe_error(exc))
    return page.show(
        "bulk_report.html", removal=removal, back=get_back_query(), back_url=get_back_url()
    )


def _ask(page: Page, ticked: list[SeenTask], *, problem: Problem | None = None) -> Response:
    return page.show(
        "bulk_delete.html",
        ticked=fetch_ticked(get_desk(), ticked),
        ticks=[format_tick(task) for task in ticked],
        tick_field=FIELD,
        problem=problem,
        back=get_back_query(),
        back_url=get_back_url(),
    )
