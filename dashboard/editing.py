"""Editing a task: the form, the one guarded write, and the conflict page where it fails."""

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for

from dashboard.conflict_form import ConflictForm
from dashboard.desk import get_desk
from dashboard.edit_form import EditForm
from dashboard.edition import Edition
from dashboard.errors import DamagedFormError, TaskChangedError
from dashboard.field_checks import list_choices
from dashboard.pages import Page
from dashboard.problems import FAILURES, Problem, describe_error
from dashboard.returning import get_back_query, get_back_url, see_other
from dashboard.snapshot import Snapshot, find_changes
from dashboard.tasks import get_task, save_task
from dashboard.tokens import TOKEN_REFUSED, is_token_valid, refuse_foreign_form
from vision_tasks.errors import InvalidFieldError, TaskNotFoundError
from vision_tasks.records import TaskRecord

# A form carries up to three states of a task and one text; quoting may double their length.
_FORM_FACTOR, _FIELD_FACTOR = 8, 3


def handle_editing(page: Page, task_id: UUID) -> Response:
    """Show the form, or save what it or the conflict page asks for."""
    limit = _max_bytes()
    if request.method != "POST":
        return _show_form(
            page, EditForm.open(get_task(get_desk(), task_id), max_bytes=limit), task_id
        )
    request.max_content_length = _FORM_FACTOR * limit
    request.max_form_memory_size = _FIELD_FACTOR * limit
    refuse_foreign_form()
    try:
        if "theirs" in request.form:
            return _settle(page, task_id, ConflictForm.read(request.form))
        return _save(page, task_id, EditForm.read(request.form))
    except (DamagedFormError, TaskNotFoundError) as exc:
        return _show_lost(page, exc, task_id)


def _save(page: Page, task_id: UUID, form: EditForm) -> Response:
    if not is_token_valid():
        return _show_form(page, form, task_id, problem=TOKEN_REFUSED)
    yours = form.check(max_bytes=_max_bytes())
    if form.errors:
        return _show_form(page, form, task_id)
    try:
        return _write(task_id, form.edition, form.base, yours)
    except TaskChangedError as exc:
        return _meet(page, exc.task, form.edition, form.base, yours)
    except InvalidFieldError as exc:
        form.errors[exc.field] = str(exc)
        return _show_form(page, form, task_id)
    except TaskNotFoundError:
        raise
    except FAILURES as exc:
        return _show_form(page, form, task_id, problem=describe_error(exc))


def _settle(page: Page, task_id: UUID, form: ConflictForm) -> Response:
    if not is_token_valid():
        return _show_conflict(page, form, task_id, problem=TOKEN_REFUSED)
    chosen = form.resolve(max_bytes=_max_bytes())
    if form.errors:
        return _show_conflict(page, form, task_id)
    try:
        return _write(task_id, form.edition, form.theirs, chosen)
    except TaskChangedError as exc:
        return _meet(page, exc.task, form.edition, form.theirs, chosen)
    except InvalidFieldError as exc:
        form.errors[exc.field] = str(exc)
        return _show_conflict(page, form, task_id)
    except TaskNotFoundError:
        raise
    except FAILURES as exc:
        return _show_conflict(page, form, task_id, problem=describe_error(exc))


def _write(task_id: UUID, edition: Edition, before: Snapshot, after: Snapshot) -> Response:
    changes = find_changes(before, after)
    if changes and save_task(get_desk(), task_id, edition, changes).version != edition.version:
        flash(f"Saved: {', '.join(changes)}.", "success")
    else:
        flash("Nothing was changed, so nothing was written.", "info")
    return _leave(task_id)


def _meet(
    page: Page, task: TaskRecord, edition: Edition, base: Snapshot, yours: Snapshot
) -> Response:
    form = ConflictForm.open(base, yours, task, max_bytes=_max_bytes())
    is_reborn = edition.born_at != form.edition.born_at
    if form.conflicts or is_reborn:
        return _show_conflict(page, form, task.id, is_reborn=is_reborn)
    # The same form sent twice, or somebody had the same idea.
    flash("The task holds just that already, so nothing was written.", "info")
    return _leave(task.id)


def _leave(task_id: UUID) -> Response:
    return see_other(
        url_for("vision_tasks_tasks.details", task_id=task_id, back=get_back_query() or None)
    )


def _show_form(
    page: Page, form: EditForm, task_id: UUID, *, problem: Problem | None = None
) -> Response:
    return page.show(
        "task_edit.html",
        status=400 if form.errors else 200,
        form=form,
        choices=list_choices(form.base.status),
        problem=problem,
        **_place(task_id),
    )


def _show_conflict(
    page: Page,
    form: ConflictForm,
    task_id: UUID,
    *,
    problem: Problem | None = None,
    is_reborn: bool = False,
) -> Response:
    return page.show(
        "task_conflict.html",
        status=400 if form.errors else 409,
        form=form,
        is_reborn=is_reborn,
        problem=problem,
        **_place(task_id),
    )


def _show_lost(page: Page, error: DamagedFormError | TaskNotFoundError, task_id: UUID) -> Response:
    gone = isinstance(error, TaskNotFoundError)
    names = ("status", "filename", "result", "merged_result", "yours")
    return page.show(
        "task_lost.html",
        status=404 if gone else 400,
        error=error,
        gone=gone,
        typed=[(name, request.form[name]) for name in names if request.form.get(name)],
        **_place(task_id),
    )


def _place(task_id: UUID) -> dict[str, Any]:
    return {"task_id": task_id, "back": get_back_query(), "back_url": get_back_url()}


def _max_bytes() -> int:
    return get_desk().settings.MAX_BODY_BYTES
