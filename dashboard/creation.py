"""The form for a new task, which waits from the moment it is made."""

from uuid import UUID, uuid4

from flask import Response, flash, request, url_for

from dashboard.desk import get_desk
from dashboard.field_checks import remove_line_breaks
from dashboard.language import gettext
from dashboard.pages import Page
from dashboard.problems import FAILURES, Problem, describe_error
from dashboard.returning import get_back_query, get_back_url, see_other
from dashboard.tasks import create_task
from dashboard.tokens import TOKEN_REFUSED, is_token_valid, refuse_foreign_form
from vision_tasks.errors import InvalidFieldError, TaskExistsError
from vision_tasks.filenames import check_filename
from vision_tasks.reasons import check_reason


def handle_creation(page: Page) -> Response:
    """Show the empty form, or create the task it asks for and show that.

    The form brings the id that its task shall have, so sending it twice makes one task.
    """
    if request.method != "POST":
        return _show(page, uuid4())
    refuse_foreign_form()
    task_id = _read_id(request.form.get("id", ""))
    if task_id is None or not is_token_valid():
        return _show(page, task_id or uuid4(), problem=TOKEN_REFUSED)
    return _create(page, task_id)


def _create(page: Page, task_id: UUID) -> Response:
    try:
        filename = check_filename(request.form.get("filename", ""))
        reason = check_reason(remove_line_breaks(request.form.get("reason", "")))
        is_new = create_task(get_desk(), task_id, filename, reason=reason)
    except InvalidFieldError as exc:
        return _show(page, task_id, errors={exc.field: str(exc)})
    except TaskExistsError:
        error = gettext(
            "This form had created a task already. Send it again to create this one as well."
        )
        return _show(page, uuid4(), errors={"filename": error})
    except FAILURES as exc:
        return _show(page, task_id, problem=describe_error(exc))
    if is_new:
        flash(gettext("The task is created and waits to be processed."), "success")
    else:
        flash(gettext("The form was sent twice; the task was created once."), "info")
    return see_other(
        url_for("vision_tasks_tasks.details", task_id=task_id, back=get_back_query() or None)
    )


def _read_id(text: str) -> UUID | None:
    try:
        task_id = UUID(text)
    except ValueError:
        return None
    # What is refused here, the API would refuse too.
    return task_id if task_id.version == 4 and str(task_id) == text else None  # noqa: PLR2004


def _show(
    page: Page,
    task_id: UUID,
    *,
    errors: dict[str, str] | None = None,
    problem: Problem | None = None,
) -> Response:
    return page.show(
        "task_new.html",
        status=400 if errors else 200,
        task_id=task_id,
        filename=request.form.get("filename", ""),
        reason=remove_line_breaks(request.form.get("reason", "")),
        errors=errors or {},
        problem=problem,
        back=get_back_query(),
        back_url=get_back_url(),
    )
