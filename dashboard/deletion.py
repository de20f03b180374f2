"""Deleting a task: asked first, and refused if the task is not what the person saw."""

from uuid import UUID

from flask import Response, flash, request

from dashboard.conflict import find_news
from dashboard.desk import get_desk
from dashboard.field_checks import read_version
from dashboard.pages import Page
from dashboard.problems import DamagedFormError, Problem
from dashboard.returning import get_back_query, get_back_url, see_other
from dashboard.snapshot import Snapshot, format_snapshot, parse_snapshot, take_snapshot
from dashboard.tasks import TaskChangedError, get_task, remove_task
from dashboard.tokens import TOKEN_REFUSED, is_token_valid
from vision_tasks.errors import TaskNotFoundError
from vision_tasks.records import TaskRecord

# Enough to tell whether the result has changed; the page shows no more of it either.
MAX_RESULT_BYTES = 2_000


def handle_deletion(page: Page, task_id: UUID) -> Response:
    """Show what would be deleted, or delete it if it is still that."""
    desk = get_desk()
    if request.method != "POST":
        return _show(page, get_task(desk, task_id))
    if not is_token_valid():
        return _show(page, get_task(desk, task_id), problem=TOKEN_REFUSED)
    version = read_version(request.form.get("version"))
    if version is None:
        raise DamagedFormError
    seen = parse_snapshot(request.form.get("base", ""))
    try:
        remove_task(desk, task_id, version)
    except TaskChangedError as exc:
        return _show(page, exc.task, seen=seen)
    except TaskNotFoundError:
        flash("Somebody else had deleted the task already.", "info")
    else:
        flash("The task is deleted.", "success")
    return see_other(get_back_url())


def _show(
    page: Page, task: TaskRecord, *, seen: Snapshot | None = None, problem: Problem | None = None
) -> Response:
    now = take_snapshot(task, max_bytes=MAX_RESULT_BYTES)
    return page.show(
        "task_delete.html",
        status=200 if seen is None else 409,
        task=task,
        base=format_snapshot(now),
        news=None if seen is None else find_news(seen, now),
        problem=problem,
        back=get_back_query(),
        back_url=get_back_url(),
    )
