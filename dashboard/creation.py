"""The form for a new task, which waits from the moment it is made."""

from flask import Response, flash, request, url_for

from dashboard.desk import get_desk
from dashboard.pages import Page
from dashboard.problems import PASSING_ERRORS, Problem, describe_error
from dashboard.returning import get_back_query, get_back_url, see_other
from dashboard.tasks import create_task
from dashboard.tokens import TOKEN_REFUSED, is_token_valid
from vision_tasks.errors import InvalidFieldError
from vision_tasks.filenames import check_filename


def handle_creation(page: Page) -> Response:
    """Show the empty form, or create the task it asks for and show that."""
    if request.method != "POST":
        return _show(page, "")
    typed = request.form.get("filename", "")
    if not is_token_valid():
        return _show(page, typed, problem=TOKEN_REFUSED)
    try:
        task = create_task(get_desk(), check_filename(typed))
    except InvalidFieldError as exc:
        return _show(page, typed, error=str(exc))
    except PASSING_ERRORS as exc:
        return _show(page, typed, problem=describe_error(exc))
    flash("The task is created and waits to be processed.", "success")
    url = url_for("vision_tasks_tasks.details", task_id=task.id, back=get_back_query() or None)
    return see_other(url)


def _show(
    page: Page, filename: str, *, error: str | None = None, problem: Problem | None = None
) -> Response:
    return page.show(
        "task_new.html",
        status=400 if error else 200,
        filename=filename,
        error=error,
        problem=problem,
        back=get_back_query(),
        back_url=get_back_url(),
    )
