"""The page of one batch: its dry run, its progress or its report."""

from urllib.parse import urlencode
from uuid import UUID

from flask import Response, request, url_for

from dashboard.bulk.batch_store import get_view
from dashboard.bulk.errors import BatchNotFoundError
from dashboard.bulk.rights import list_needed, list_needed_for
from dashboard.bulk.wording import format_batch_extent, format_deed_of_page
from dashboard.desk import get_desk
from dashboard.language import gettext, translate
from dashboard.pages import Page
from dashboard.problems import Problem
from dashboard.returning import LIST_ENDPOINT
from vision_tasks.batch_entries import BatchEntry
from vision_tasks.batches import Batch, BulkAction, Progress
from vision_tasks.sentences import Amount, verbatim

UNCONFIRMED_TASKS = 100
"""An action on more tasks than this asks for their number to be typed."""


def parse_batch_id(text: str) -> UUID:
    """Read an id from an address; what is none leads to no batch."""
    try:
        batch_id = UUID(text)
    except ValueError:
        raise BatchNotFoundError(text[:64]) from None
    if str(batch_id) != text.lower():
        raise BatchNotFoundError(text[:64])
    return batch_id


def show_batch(
    page: Page,
    batch_id: UUID,
    *,
    errors: dict[str, str] | None = None,
    problem: Problem | None = None,
) -> Response:
    """Show a batch, with what is wrong with the form or the step that was asked for."""
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
        format_progress=format_progress,
        format_entry=format_entry,
        errors=errors or {},
        typed=request.form,
        problem=problem,
    )


def format_progress(progress: Progress) -> str:
    """Say how far a batch has come."""
    numbers = {
        name: Amount(getattr(progress, name))
        for name in ("done", "total", "changed", "stale", "refused")
    }
    if progress.refused:
        return gettext(
            "%(done)s of %(total)s looked at: %(changed)s changed, %(stale)s left as they had"
            " changed meanwhile, %(refused)s kept by the database.",
            **numbers,
        )
    return gettext(
        "%(done)s of %(total)s looked at: %(changed)s changed, %(stale)s left as they had changed"
        " meanwhile.",
        **numbers,
    )


def format_entry(entry: BatchEntry) -> str:
    """Say what somebody did to the batch whose page it is on."""
    deed, extent = (
        format_deed_of_page(entry.action),
        format_batch_extent(entry.action, entry.tasks),
    )
    return " ".join(part for part in (deed, extent) if part) or translate(verbatim(entry.action))


def _format_list_url(batch: Batch) -> str:
    query = urlencode(batch.description.get("filters") or {})
    return url_for(LIST_ENDPOINT) + (f"?{query}" if query else "")
