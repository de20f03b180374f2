"""The buttons of a batch: start, stop, undo. Each moves it once, however often it is pressed."""

from uuid import UUID

from flask import Response, flash, request

from dashboard.bulk.batch_page import UNCONFIRMED_TASKS, show_batch
from dashboard.bulk.batch_store import get_batch, prepare_undo
from dashboard.bulk.moves import go_on, start, stop
from dashboard.bulk.preparing import format_batch_url
from dashboard.bulk.rights import list_needed, list_needed_for
from dashboard.desk import get_desk
from dashboard.language import gettext
from dashboard.pages import Page
from dashboard.returning import see_other
from dashboard.tokens import TOKEN_REFUSED, is_token_valid, refuse_foreign_form
from vision_tasks.batches import Batch, BatchState, BulkAction
from vision_tasks.errors import InvalidFieldError
from vision_tasks.reasons import check_reason


def handle_start(page: Page, batch_id: UUID) -> Response:
    """Let a batch run that is prepared or was stopped."""
    batch = get_batch_for_step(batch_id)
    if not is_token_valid():
        return show_batch(page, batch_id, problem=TOKEN_REFUSED)
    if batch.state is BatchState.STOPPED:
        go_on(get_desk(), batch)
        return see_other(format_batch_url(batch_id))
    if not batch.planned:
        flash(gettext("Nothing would change, so nothing was started."), "info")
        return see_other(format_batch_url(batch_id))
    errors: dict[str, str] = {}
    reason = None
    try:
        reason = check_reason(request.form.get("reason", ""))
    except InvalidFieldError as exc:
        errors["reason"] = str(exc)
    if batch.planned > UNCONFIRMED_TASKS and _read_number() != str(batch.planned):
        errors["confirmation"] = gettext(
            "Nothing was changed yet: type %(count)s to confirm that you mean that many.",
            count=batch.planned,
        )
    if errors and batch.state is BatchState.PREPARED:
        return show_batch(page, batch_id, errors=errors)
    if not start(get_desk(), batch, reason):
        flash(gettext("It was started already."), "info")
    return see_other(format_batch_url(batch_id))


def handle_stop(page: Page, batch_id: UUID) -> Response:
    """Stop a batch once the chunk at work is done."""
    batch = get_batch_for_step(batch_id)
    if not is_token_valid():
        return show_batch(page, batch_id, problem=TOKEN_REFUSED)
    if not stop(get_desk(), batch):
        flash(gettext("It was not running any more."), "info")
    return see_other(format_batch_url(batch_id))


def handle_undo(page: Page, batch_id: UUID) -> Response:
    """Make the dry run of taking back what a batch has done so far, and go to its page."""
    refuse_foreign_form()
    get_desk().require(*list_needed(BulkAction.UNDO))
    if not is_token_valid():
        return show_batch(page, batch_id, problem=TOKEN_REFUSED)
    undo_id = prepare_undo(get_desk(), batch_id)
    if undo_id is None:
        flash(gettext("Stop it first: it can be taken back once it does not run."), "info")
    return see_other(format_batch_url(undo_id or batch_id))


def get_batch_for_step(batch_id: UUID) -> Batch:
    """Read the batch that a form is about; raises AccessDeniedError by what it does."""
    refuse_foreign_form()
    batch = get_batch(get_desk(), batch_id)
    get_desk().require(*list_needed_for(batch))
    return batch


def _read_number() -> str:
    typed = request.form.get("confirmation", "")
    return typed.strip().replace(",", "").replace(".", "").replace(" ", "")
