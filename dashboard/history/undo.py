"""Taking one change back: asked first, done in one guarded statement, a change of its own."""

from dataclasses import replace

from flask import Response, flash, request, url_for

from dashboard.access import AccessDeniedError, Action
from dashboard.desk import get_desk
from dashboard.field_checks import format_undo_reason, remove_line_breaks
from dashboard.formats import SHOWN_CHARACTERS
from dashboard.history.reading import get_change
from dashboard.history.standing import Standing, find_standing
from dashboard.history.wording import list_differences
from dashboard.language import gettext, translate
from dashboard.pages import Page
from dashboard.problems import FAILURES, Problem, describe_error
from dashboard.returning import see_other
from dashboard.settling import meet_undo
from dashboard.tasks import get_task
from dashboard.tokens import TOKEN_REFUSED, is_token_valid, refuse_foreign_form
from vision_tasks.changes import ChangeRecord
from vision_tasks.errors import InvalidFieldError
from vision_tasks.reasons import check_reason
from vision_tasks.restorations import select_restoring
from vision_tasks.reversal_queries import bring_back, put_back
from vision_tasks.sentences import listed, sentence

MAX_FORM_BYTES = 65_536

_DONE = {
    Standing.DONE: sentence("It is as it was before that change already, so nothing was written."),
    Standing.BACK: sentence("The task is back already, so nothing was written."),
}


def handle_undo(page: Page, change_id: int) -> Response:
    """Show what taking the change back would do, or take it back if its task is as it left it."""
    change = get_change(get_desk(), change_id)
    if request.method != "POST" or change.find_obstacle() is not None:
        return _show(page, change, find_standing(get_desk(), change))
    request.max_content_length = request.max_form_memory_size = MAX_FORM_BYTES
    refuse_foreign_form()
    if not is_token_valid():
        return _show(page, change, Standing.READY, problem=TOKEN_REFUSED)
    try:
        reason = check_reason(remove_line_breaks(request.form.get("reason", "")))
        return _take_back(page, change, reason)
    except InvalidFieldError as exc:
        return _show(page, change, Standing.READY, errors={exc.field: str(exc)})
    except AccessDeniedError:
        raise
    except FAILURES as exc:
        return _show(page, change, Standing.READY, problem=describe_error(exc))


def _take_back(page: Page, change: ChangeRecord, reason: str | None) -> Response:
    desk = get_desk()
    with desk.begin(
        action="undo",
        reason=reason or format_undo_reason(change.id),
        free_move=change.is_free_back,
    ) as connection:
        if change.is_deletion:
            connection.execute(select_restoring(change))
        statement = bring_back(change) if change.is_deletion else put_back(change)
        task_id = connection.execute(statement).scalar_one_or_none()
    if task_id is not None:
        if change.is_deletion:
            flash(gettext("The task is back."), "success")
        else:
            flash(gettext("Undone: %(fields)s.", fields=listed(change.fields)), "success")
        return _leave(change)
    standing = find_standing(desk, change)
    if standing in _DONE:
        # The same form sent twice, or somebody had the same idea.
        flash(translate(_DONE[standing]), "info")
        return _leave(change)
    if standing is not Standing.CHANGED or change.task_id is None:
        return _show(page, change, standing)
    desk.require(Action.EDIT)
    return meet_undo(page, change, get_task(desk, change.task_id), reason=reason or "")


def _leave(change: ChangeRecord) -> Response:
    return see_other(url_for("vision_tasks_tasks.details", task_id=change.task_id))


def _show(
    page: Page,
    change: ChangeRecord,
    standing: Standing,
    *,
    errors: dict[str, str] | None = None,
    problem: Problem | None = None,
) -> Response:
    back = replace(change, before=change.after, after=change.before)
    status = 400 if errors else 409 if standing.is_refusal and request.method == "POST" else 200
    return page.show(
        "undo.html",
        status=status,
        change=change,
        standing=standing,
        obstacle=change.find_obstacle(),
        differences=list_differences(back, characters=SHOWN_CHARACTERS),
        reason=remove_line_breaks(request.form.get("reason", "")),
        errors=errors or {},
        problem=problem,
    )
