"""How far an export has come: asked of the database, so it is known on every server alike."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify, make_response, request
from sqlalchemy import Connection

from dashboard.desk import get_desk
from dashboard.formats import format_number, format_tasks
from dashboard.language import gettext, ngettext, translate
from dashboard.list_parameters import ListParameters
from dashboard.problems import FAILURES, describe_error
from vision_tasks.count_queries import explain_filter, read_estimate
from vision_tasks.export_queries import select_outcome, select_progress
from vision_tasks.records import TaskFilter

_MEGABYTE = 1_000_000
_FEW = 10


def read_export_id(text: str) -> UUID | None:
    """Read the id under which a page asked for its export; None: it has none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def show_progress(text: str) -> Response:
    """Say as JSON how far an export is: its `state`, a `text`, and how many `tasks` `of` how many.

    The state is waiting, running, done or stopped. The address holds the filter of the export.
    """
    parameters = ListParameters.read(request.args)
    task_filter = None if parameters.errors else parameters.task_filter
    try:
        with get_desk().begin() as connection:
            return jsonify(_describe(connection, read_export_id(text), task_filter))
    except FAILURES as exc:
        problem = describe_error(exc)
        return make_response(jsonify(text=translate(problem.text)), problem.status)


def _describe(
    connection: Connection, export_id: UUID | None, task_filter: TaskFilter | None
) -> dict[str, Any]:
    if export_id is not None:
        running = connection.execute(select_progress(export_id)).first()
        if running is not None:
            tasks, size = running
            return _describe_running(tasks, size, _estimate(connection, task_filter))
        ended = connection.execute(select_outcome(export_id)).first()
        if ended is not None:
            tasks, is_complete = ended
            return _describe_ended(tasks, is_complete=is_complete)
    return {"state": "waiting", "text": gettext("The export is about to begin.")}


def _describe_running(tasks: int | None, size: int | None, about: int | None) -> dict[str, Any]:
    if tasks is None or size is None:
        return {"state": "running", "text": gettext("The export is running.")}
    far = {"size": _format_size(size)}
    if about is None or about < tasks:
        text = ngettext(
            "%(num)s task so far, %(size)s.", "%(num)s tasks so far, %(size)s.", tasks, **far
        )
        return {"state": "running", "text": text, "tasks": tasks}
    text = ngettext(
        "%(num)s task so far, %(size)s, of about %(about)s.",
        "%(num)s tasks so far, %(size)s, of about %(about)s.",
        tasks,
        **far,
        about=format_number(about),
    )
    return {"state": "running", "text": text, "tasks": tasks, "of": about}


def _describe_ended(tasks: int, *, is_complete: bool) -> dict[str, Any]:
    if is_complete:
        text = gettext("Done: %(tasks)s.", tasks=format_tasks(tasks))
        return {"state": "done", "text": text, "tasks": tasks}
    text = gettext(
        "It stopped after %(tasks)s and is not complete. Export again.", tasks=format_tasks(tasks)
    )
    return {"state": "stopped", "text": text, "tasks": tasks}


def _estimate(connection: Connection, task_filter: TaskFilter | None) -> int | None:
    if task_filter is None:
        return None
    return read_estimate(connection.execute(explain_filter(task_filter)).scalar_one())


def _format_size(size: int) -> str:
    megabytes = size / _MEGABYTE
    # A few are written with a place more, so that they are seen to grow.
    number = round(megabytes, 1) if megabytes < _FEW else round(megabytes)
    return gettext("%(number)s MB", number=format_number(number))
