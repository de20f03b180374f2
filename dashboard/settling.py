"""The one guarded write of a task's fields, and the conflict page where it fails."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for

from dashboard.access import AccessDeniedError, Action
from dashboard.causes import Cause
from dashboard.conflict_form import ConflictForm
from dashboard.desk import get_desk
from dashboard.edition import Edition
from dashboard.errors import DamagedFormError, TaskChangedError
from dashboard.field_checks import list_free_targets
from dashboard.history.reversal import get_undone_change, lay_out, list_reversals
from dashboard.language import gettext
from dashboard.pages import Page
from dashboard.problems import FAILURES, Problem, describe_error
from dashboard.result_limits import list_result_limits
from dashboard.returning import get_back_query, get_back_url, see_other
from dashboard.snapshot import Snapshot, find_changes
from dashboard.tasks import save_task
from dashboard.tokens import TOKEN_REFUSED, is_token_valid
from vision_tasks.changes import ChangeRecord
from vision_tasks.errors import InvalidFieldError, TaskNotFoundError
from vision_tasks.lifecycle import Status, TaskStatus
from vision_tasks.records import TaskRecord
from vision_tasks.sentences import listed


def write_changes(
    task_id: UUID, edition: Edition, before: Snapshot, after: Snapshot, cause: Cause
) -> Response:
    """Write what differs, if the task still is that `edition`, and show it.

    Raises what `save_task` raises.
    """
    changes = find_changes(before, after)
    written = save_task(get_desk(), task_id, edition, changes, cause) if changes else None
    if written is not None and written.version != edition.version:
        fields = listed(changes)
        if cause.action == "undo":
            flash(gettext("Undone: %(fields)s.", fields=fields), "success")
        else:
            flash(gettext("Saved: %(fields)s.", fields=fields), "success")
    else:
        flash(gettext("Nothing was changed, so nothing was written."), "info")
    return _leave(task_id)


def settle(page: Page, task_id: UUID) -> Response:
    """Save what was chosen on the conflict page; raises DamagedFormError, TaskNotFoundError."""
    form = ConflictForm.read(request.form)
    problem = None if is_token_valid() else TOKEN_REFUSED
    undone = None
    try:
        if form.undoes is not None:
            get_desk().require(Action.UNDO)
            undone = get_undone_change(get_desk(), form.undoes, task_id)
    except (AccessDeniedError, DamagedFormError):
        raise
    except FAILURES as exc:
        problem = describe_error(exc)
    form.free_targets = _list_targets(form.theirs.status, undone)
    if problem is not None:
        return _show(page, form, task_id, problem=problem)
    chosen, cause = form.resolve(max_bytes=_max_bytes())
    if form.errors:
        return _show(page, form, task_id)
    try:
        return write_changes(task_id, form.edition, form.theirs, chosen, cause)
    except TaskChangedError as exc:
        born_at = form.edition.born_at
        return meet(
            page, exc.task, form.theirs, chosen, born_at=born_at, reason=form.reason, undone=undone
        )
    except InvalidFieldError as exc:
        form.errors[exc.field] = str(exc)
        return _show(page, form, task_id)
    except TaskNotFoundError:
        raise
    except FAILURES as exc:
        return _show(page, form, task_id, problem=describe_error(exc))


def meet_undo(page: Page, change: ChangeRecord, task: TaskRecord, *, reason: str) -> Response:
    """Show the conflict page for a `change` to be taken back whose `task` has changed since."""
    base, yours = lay_out(change, task, max_bytes=_max_bytes())
    return meet(page, task, base, yours, born_at=change.born_at, reason=reason, undone=change)


def meet(
    page: Page,
    task: TaskRecord,
    base: Snapshot,
    yours: Snapshot,
    *,
    born_at: datetime | None,
    reason: str,
    undone: ChangeRecord | None = None,
) -> Response:
    """Show the conflict page for a `task` that has changed since `base`, which was `born_at`."""
    form = ConflictForm.open(
        base,
        yours,
        task,
        max_bytes=_max_bytes(),
        reason=reason,
        undoes=None if undone is None else undone.id,
        free_targets=_list_targets(task.status, undone),
    )
    is_reborn = born_at != task.created_at
    if form.conflicts or is_reborn:
        return _show(page, form, task.id, is_reborn=is_reborn)
    # The same form sent twice, or somebody had the same idea.
    flash(gettext("The task holds just that already, so nothing was written."), "info")
    return _leave(task.id)


def get_place(task_id: UUID) -> dict[str, Any]:
    """Return what each page about one task needs to know of where it stands."""
    return {
        "task_id": task_id,
        "limits": list_result_limits(_max_bytes()),
        "back": get_back_query(),
        "back_url": get_back_url(),
    }


def _list_targets(present: Status, undone: ChangeRecord | None) -> list[TaskStatus]:
    free = list_free_targets(present) if get_desk().allows(Action.FREE_MOVE) else []
    return free if undone is None else [*free, *list_reversals(undone, present)]


def _leave(task_id: UUID) -> Response:
    return see_other(
        url_for("vision_tasks_tasks.details", task_id=task_id, back=get_back_query() or None)
    )


def _show(
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
        **get_place(task_id),
    )


def _max_bytes() -> int:
    return get_desk().settings.MAX_BODY_BYTES
