"""Going on with a batch: for a moment each time, by the script of its page or by its button."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import Response, jsonify, make_response, request

from dashboard.bulk.batch_page import format_progress, show_batch
from dashboard.bulk.batch_store import get_progress
from dashboard.bulk.errors import BatchBusyError
from dashboard.bulk.preparing import format_batch_url
from dashboard.bulk.steps import get_batch_for_step
from dashboard.bulk.work import work
from dashboard.desk import get_desk
from dashboard.language import translate
from dashboard.pages import Page
from dashboard.problems import FAILURES, Problem, describe_error
from dashboard.returning import see_other
from dashboard.tokens import TOKEN_REFUSED, is_token_valid


def handle_continuation(page: Page, batch_id: UUID) -> Response:
    """Do chunks for a moment, and say how far the batch has come."""
    batch = get_batch_for_step(batch_id)
    if not is_token_valid():
        return _explain(page, batch_id, TOKEN_REFUSED)
    try:
        chunks = work(get_desk(), batch)
        if not _is_script():
            return see_other(format_batch_url(batch_id))
        return jsonify(chunks=chunks, **_describe(batch_id))
    except FAILURES as exc:
        is_busy = isinstance(exc, BatchBusyError)
        return _explain(page, batch_id, describe_error(exc), is_busy=is_busy)


def _is_script() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _describe(batch_id: UUID) -> dict[str, Any]:
    batch, progress = get_progress(get_desk(), batch_id)
    return {
        "state": batch.state.value,
        "total": progress.total,
        "done": progress.done,
        "text": format_progress(progress),
    }


def _explain(page: Page, batch_id: UUID, problem: Problem, *, is_busy: bool = False) -> Response:
    if not _is_script():
        return show_batch(page, batch_id, problem=problem)
    text = f"{translate(problem.title)}. {translate(problem.text)}"
    answer: dict[str, Any] = {"problem": text, "is_busy": is_busy}
    with suppress(*FAILURES):
        answer |= _describe(batch_id)
    return make_response(jsonify(answer), problem.status)
