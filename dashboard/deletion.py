"""Deleting a task: asked first, and refused if the task is not what the person saw."""

from uuid import UUID

from flask import Response, flash, request
from sqlalchemy.exc import DBAPIError

from dashboard.conflict import find_news
from dashboard.desk import get_desk
from dashboard.edition import Edition
from dashboard.errors import TaskChangedError, TaskInUseError
from dashboard.field_checks import remove_line_breaks
from dashboard.formats import format_machine_moment
from dashboard.language import gettext
from dashboard.pages import Page
from dashboard.problems import Problem, describe_error
from dashboard.returning import get_back_query, get_back_url, see_other
from dashboard.snapshot import format_snapshot, parse_snapshot, take_snapshot
from dashboard.tasks import get_task, remove_task
from dashboard.tokens import TOKEN_REFUSED, is_token_valid, refuse_foreign_form
from vision_tasks.errors import InvalidFieldError, TaskNotFoundError
from vision_tasks.reasons import check_reason
from vision_tasks.records import TaskRecord

# The page shows no more of a result, and says of no more what has become of it.
RESULT_CHARACTERS = 2_000

News = list[tuple[str, str, str]]


def handle_deletion(page: Page, task_id: UUID) -> Response:
    """Show what would be deleted, or delete it if it is still that."""
    if request.method != "POST":
        return _show(page, _get_task(task_id))
    refuse_foreign_form()
    if not is_token_valid():
        return _show(page, _get_task(task_id), problem=TOKEN_REFUSED)
    edition = Edition.read(request.form)
    seen = parse_snapshot(request.form.get("base", ""))
    try:
        reason = check_reason(remove_line_breaks(request.form.get("reason", "")))
        remove_task(get_desk(), task_id, edition, characters=RESULT_CHARACTERS, reason=reason)
    except InvalidFieldError as exc:
        return _show(page, _get_task(task_id), errors={exc.field: str(exc)})
    except TaskChangedError as exc:
        news = find_news(seen, take_snapshot(exc.task, max_bytes=RESULT_CHARACTERS))
        return _show(page, exc.task, news=_birth_news(edition, exc.task) + news)
    except (TaskInUseError, DBAPIError) as exc:
        return _show(page, _get_task(task_id), problem=describe_error(exc))
    except TaskNotFoundError:
        flash(
            gettext("The task was deleted already, by somebody else or by this very form."), "info"
        )
    else:
        flash(gettext("The task is deleted."), "success")
    return see_other(get_back_url())


def _birth_news(seen: Edition, task: TaskRecord) -> News:
    if seen.born_at == task.created_at:
        return []
    return [
        ("created", format_machine_moment(seen.born_at), format_machine_moment(task.created_at))
    ]


def _get_task(task_id: UUID) -> TaskRecord:
    return get_task(get_desk(), task_id, characters=RESULT_CHARACTERS)


def _show(
    page: Page,
    task: TaskRecord,
    *,
    news: News | None = None,
    errors: dict[str, str] | None = None,
    problem: Problem | None = None,
) -> Response:
    base = take_snapshot(task, max_bytes=RESULT_CHARACTERS)
    return page.show(
        "task_delete.html",
        status=400 if errors else 200 if news is None else 409,
        task=task,
        hidden={**Edition.of(task).hidden, "base": format_snapshot(base)},
        reason=remove_line_breaks(request.form.get("reason", "")),
        news=news,
        errors=errors or {},
        problem=problem,
        back=get_back_query(),
        back_url=get_back_url(),
    )
