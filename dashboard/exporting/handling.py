"""The address of exports: asked for by a form, answered by a file."""

from collections.abc import Generator
from datetime import UTC, datetime
from threading import BoundedSemaphore

from flask import Response, current_app, request

from dashboard.desk import Desk, get_desk
from dashboard.exporting.export import Export
from dashboard.exporting.formats import Format, make_writer, read_format
from dashboard.exporting.progress import read_export_id
from dashboard.list_parameters import ListParameters
from dashboard.pages import Page
from dashboard.problems import Problem
from dashboard.tokens import TOKEN_REFUSED, is_token_valid, refuse_foreign_form

_SLOTS = "vision_tasks.exports"
# Each export holds a connection for as long as its download takes; the pages need the others.
_SHARE = 4


def handle_export(page: Page) -> Response:
    """Send all tasks that match the filter of the form; where none was sent, show the form."""
    if request.method != "POST":
        return _ask(page, ListParameters.read(request.args))
    refuse_foreign_form()
    parameters = ListParameters.read(request.form)
    if not is_token_valid():
        return _ask(page, parameters, problem=TOKEN_REFUSED)
    if parameters.errors:
        return _ask(page, parameters)
    desk = get_desk()
    chosen = read_format(request.form.get("format", ""))
    export = Export(
        desk,
        _get_slots(desk),
        parameters.task_filter,
        parameters.filters,
        chosen,
        read_export_id(request.form.get("export_id", "")),
    )
    return _send(export.start(), chosen)


def _send(pieces: Generator[bytes], chosen: Format) -> Response:
    name = f"tasks-{datetime.now(UTC):%Y-%m-%d}.{chosen.value}"
    response = Response(pieces, content_type=make_writer(chosen).media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _ask(page: Page, parameters: ListParameters, *, problem: Problem | None = None) -> Response:
    return page.show(
        "export.html",
        status=400 if parameters.errors else 200,
        parameters=parameters,
        problem=problem,
    )


def _get_slots(desk: Desk) -> BoundedSemaphore:
    count = max(1, desk.settings.DATABASE_POOL_SIZE // _SHARE)
    slots: BoundedSemaphore = current_app.extensions.setdefault(_SLOTS, BoundedSemaphore(count))
    return slots
