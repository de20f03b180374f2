"""The tasks before and after one, in the list that a person came from."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from werkzeug.datastructures import MultiDict

from dashboard.desk import Desk
from dashboard.list_parameters import ListParameters
from dashboard.task_search import fetch_page
from vision_tasks.errors import DatabaseTimeoutError
from vision_tasks.records import Position, TaskFilter, TaskRecord

SEARCH_SECONDS = 0.5
"""A page about one task does not wait longer for what is only a way on from it."""


@dataclass(frozen=True)
class Neighbours:
    """The next newer and the next older task of a list; None where there is none, or none found."""

    newer: TaskRecord | None = None
    older: TaskRecord | None = None


def find_neighbours(desk: Desk, task: TaskRecord, query: str) -> Neighbours:
    """Look on both sides of `task` in the list whose query is `query`, "" for that of all tasks."""
    parameters = ListParameters.read(MultiDict(parse_qsl(query)))
    if parameters.errors:
        return Neighbours()
    task_filter = parameters.task_filter
    try:
        return Neighbours(
            newer=_find(desk, task, task_filter, backward=True),
            older=_find(desk, task, task_filter, backward=False),
        )
    except DatabaseTimeoutError:
        return Neighbours()


def _find(
    desk: Desk, task: TaskRecord, task_filter: TaskFilter, *, backward: bool
) -> TaskRecord | None:
    moment = getattr(task, task_filter.order.value)
    place = Position(moment, task.id, backward)
    page = fetch_page(desk, task_filter, limit=1, position=place, seconds=SEARCH_SECONDS)
    return page.tasks[0] if page.tasks else None
