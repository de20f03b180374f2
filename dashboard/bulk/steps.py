"""The page of one batch, and the buttons on it: start, go on, stop, undo."""

from urllib.parse import urlencode
from uuid import UUID

from flask import Response, flash, jsonify, request, url_for

from dashboard.bulk.batch_store import (
    get_batch,
    get_progress,
    get_view,
    go_on,
    prepare_undo,
    start,
    stop,
)
from dashboard.bulk.errors import BatchNotFoundError
from dashboard.bulk.preparing import format_batch_url
from dashboard.bulk.rights import list_needed, list_needed_for
from dashboard.bulk.work import work
from dashboard.desk import get_desk
from dashboard.pages import Page
from dashboard.problems import FAILURES, Problem, describe_error
from dashboard.returning import LIST_ENDPOINT, see_other
from dashboard.tokens import TOKEN_REFUSED, is_token_valid, refuse_foreign_form
from vision_tasks.batches import Batch, BatchState, BulkAction
from vision_tasks.errors import InvalidFieldError
from vision_tasks.reasons import check_reason

UNCONFIRMED_TASKS = 100
"""An action on more tasks than this asks for their number to be typed."""


def parse_batch_id(text: str) -> UUID:
    """Read an id from an address; what is none leads to no batch."""
    try:
        return UUID(text)
    except ValueError:
        raise BatchNotFoundError(text[:64]) from None


def show_batch(
    page: Page,
    batch_id: UUID,
    *,
    errors: dict[str, str] | None = None,
    problem: Problem | None = None,
) -> Response:
    """Show the dry run, the progress or the report of a batch."""
    desk = get_desk()
    view = get_view(desk, batch_id)
    return page.show(
        "bulk_batch.html",
        status=400 if errors else 200,
        view=view,
        batch=view.batch,
        may_work=all(map(desk.allows, list_needed_for(view.batch))),
        may_undo=all(map(desk.allows, list_needed(BulkAction.UNDO))),
        must_confirm=view.batch.planned > UNCONFIRMED_TASKS,
        list_url=_format_list_url(view.batch),
        goes="go" in request.args,
        errors=errors or {},
        typed=request.form,
        problem=problem,
    )


def handle_start(page: Page, batch_id: UUID) -> Response:
    """Let a batch run that is prepared or was stopped, and go to its page, which goes on."""
    batch = _get_batch(batch_id)
    if not is_token_valid():
        return show_batch(page, batch_id, problem=TOKEN_REFUSED)
    if batch.state is BatchState.STOPPED:
        go_on(get_desk(), batch_id)
        return see_other(format_batch_url(batch_id, goes=True))
    errors: dict[str, str] = {}
    reason = None
    try:
        reason = check_reason(request.form.get("reason", ""))
    except InvalidFieldError as exc:
        errors["reason"] = str(exc)
    if batch.planned > UNCONFIRMED_TASKS and _read_number() != str(batch.planned):
        errors["confirmation"] = (
            f"Nothing was changed yet: type {batch.planned} to confirm that you mean that many."
        )
    if errors and batch.state is BatchState.PREPARED:
        return show_batch(page, batch_id, errors=errors)
    if not start(get_desk(), batch, reason):
        flash("It was started already.", "info")
    return see_other(format_batch_url(batch_id, goes=True))


def handle_continuation(page: Page, batch_id: UUID) -> Response:
    """Do chunks for a moment; answer the script of the page with numbers, a person with it."""
    batch = _get_batch(batch_id)
    is_script = request.accept_mimetypes.best == "application/json"
    if not is_token_valid():
        return show_batch(page, batch_id, problem=TOKEN_REFUSED)
    try:
        work(get_desk(), batch)
    except FAILURES as exc:
        return show_batch(page, batch_id, problem=describe_error(exc))
    if not is_script:
        return see_other(format_batch_url(batch_id))
    progress = get_progress(get_desk(), batch_id)
    return jsonify(
        state=get_batch(get_desk(), batch_id).state.value,
        total=progress.total,
        done=progress.done,
        changed=progress.changed,
        stale=progress.stale,
        in_use=progress.in_use,
    )


def handle_stop(page: Page, batch_id: UUID) -> Response:
    """Stop a batch once the chunk at work is done."""
    _get_batch(batch_id)
    if not is_token_valid():
        return show_batch(page, batch_id, problem=TOKEN_REFUSED)
    if not stop(get_desk(), batch_id):
        flash("It was not running any more.", "info")
    return see_other(format_batch_url(batch_id))


def handle_undo(page: Page, batch_id: UUID) -> Response:
    """Make the dry run of taking back what a batch has done so far, and go to its page."""
    refuse_foreign_form()
    batch = get_batch(get_desk(), batch_id)
    get_desk().require(*list_needed(BulkAction.UNDO))
    if not is_token_valid():
        return show_batch(page, batch_id, problem=TOKEN_REFUSED)
    if batch.state not in (BatchState.STOPPED, BatchState.DONE):
        flash("Stop it first: it can be taken back once it does not run.", "info")
        return see_other(format_batch_url(batch_id))
    return see_other(format_batch_url(prepare_undo(get_desk(), batch)))


def _get_batch(batch_id: UUID) -> Batch:
    refuse_foreign_form()
    batch = get_batch(get_desk(), batch_id)
    get_desk().require(*list_needed_for(batch))
    return batch


def _read_number() -> str:
    typed = request.form.get("confirmation", "")
    return typed.strip().replace(",", "").replace(".", "").replace(" ", "")


def _format_list_url(batch: Batch) -> str:
    query = urlencode(batch.description.get("filters") or {})
    return url_for(LIST_ENDPOINT) + (f"?{query}" if query else "")
