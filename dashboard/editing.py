"""Editing a task: the form, and what it asks to be saved."""

from uuid import UUID

from flask import Response, request

from dashboard.access import Action
from dashboard.desk import get_desk
from dashboard.edit_form import EditForm
from dashboard.errors import DamagedFormError, TaskChangedError
from dashboard.field_checks import list_choices
from dashboard.pages import Page
from dashboard.problems import FAILURES, Problem, describe_error
from dashboard.settling import get_place, meet, settle, write_changes
from dashboard.tasks import get_task
from dashboard.tokens import TOKEN_REFUSED, is_token_valid, refuse_foreign_form
from vision_tasks.errors import InvalidFieldError, TaskNotFoundError

# A form carries up to three states of a task and one text; quoting may double their length.
_FORM_FACTOR, _FIELD_FACTOR = 8, 3
_TYPED = ("status", "filename", "result", "merged_result", "yours", "reason")


def handle_editing(page: Page, task_id: UUID) -> Response:
    """Show the form, or save what it or the conflict page asks for."""
    limit = get_desk().settings.MAX_BODY_BYTES
    if request.method != "POST":
        return _show_form(
            page, EditForm.open(get_task(get_desk(), task_id), max_bytes=limit), task_id
        )
    request.max_content_length = _FORM_FACTOR * limit
    request.max_form_memory_size = _FIELD_FACTOR * limit
    refuse_foreign_form()
    try:
        if "theirs" in request.form:
            return settle(page, task_id)
        return _save(page, task_id, EditForm.read(request.form))
    except (DamagedFormError, TaskNotFoundError) as exc:
        return _show_lost(page, exc, task_id)


def _save(page: Page, task_id: UUID, form: EditForm) -> Response:
    form.may_move_freely = get_desk().allows(Action.FREE_MOVE)
    if not is_token_valid():
        return _show_form(page, form, task_id, problem=TOKEN_REFUSED)
    yours, cause = form.check(max_bytes=get_desk().settings.MAX_BODY_BYTES)
    if form.errors:
        return _show_form(page, form, task_id)
    try:
        return write_changes(task_id, form.edition, form.base, yours, cause)
    except TaskChangedError as exc:
        born_at = form.edition.born_at
        return meet(page, exc.task, form.base, yours, born_at=born_at, reason=form.reason)
    except InvalidFieldError as exc:
        form.errors[exc.field] = str(exc)
        return _show_form(page, form, task_id)
    except TaskNotFoundError:
        raise
    except FAILURES as exc:
        return _show_form(page, form, task_id, problem=describe_error(exc))


def _show_form(
    page: Page, form: EditForm, task_id: UUID, *, problem: Problem | None = None
) -> Response:
    form.may_move_freely = get_desk().allows(Action.FREE_MOVE)
    return page.show(
        "task_edit.html",
        status=400 if form.errors else 200,
        form=form,
        choices=list_choices(form.base.status),
        problem=problem,
        **get_place(task_id),
    )


def _show_lost(page: Page, error: DamagedFormError | TaskNotFoundError, task_id: UUID) -> Response:
    gone = isinstance(error, TaskNotFoundError)
    return page.show(
        "task_lost.html",
        status=404 if gone else 400,
        error=str(error),
        gone=gone,
        typed=[(name, request.form[name]) for name in _TYPED if request.form.get(name)],
        **get_place(task_id),
    )
