"""What an open list asks and is told: which tasks belong to it now, and which have changed."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Response, jsonify, make_response, request, url_for

from dashboard.desk import get_desk
from dashboard.formats import format_machine_moment
from dashboard.language import translate
from dashboard.list_parameters import ListParameters
from dashboard.live.pulse import WINDOW_SECONDS, Beat
from dashboard.live.state import get_pulse
from dashboard.positions import format_position, parse_position
from dashboard.problems import FAILURES, describe_error
from vision_tasks.errors import InvalidFieldError
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.pulse_queries import Recent, RecentTask
from vision_tasks.records import Order, Page, Position, TaskFilter
from vision_tasks.sentences import sentence

LIVE_ENDPOINT = "vision_tasks_tasks.live"
FIRST, LAST, AFTER, AGE = "first", "last", "after", "age"

_SECONDS = re.compile(r"[0-9]{1,10}")


@dataclass(frozen=True)
class OpenList:
    """What the script of a list needs: where it asks, how often, and what it may have to say."""

    url: str
    seconds: float
    statuses: tuple[str, ...] = tuple(TaskStatus)


@dataclass(frozen=True)
class Stretch:
    """The part of a list that a page shows; a side without an end is open."""

    first: Position | None
    last: Position | None
    order: Order

    def holds(self, task: RecentTask) -> bool:
        """Tell whether the place of `task` in the list lies within."""
        key = (getattr(task, self.order.value), task.id)
        is_below = self.first is None or key <= (self.first.moment, self.first.id)
        return is_below and (self.last is None or key >= (self.last.moment, self.last.id))


def describe_live(parameters: ListParameters, tasks: Page | None) -> OpenList | None:
    """Say how the page of a list keeps up; None where there is nothing that it could miss."""
    if tasks is None or parameters.task_filter.task_id is not None:
        return None
    order = parameters.task_filter.order
    places: dict[str, str | None] = {}
    if tasks.tasks and tasks.has_newer:
        places[FIRST] = format_position(tasks.tasks[0], order)
    if tasks.tasks and tasks.has_older:
        places[LAST] = format_position(tasks.tasks[-1], order)
    query = urlencode(parameters.query(**places))
    return OpenList(f"{url_for(LIVE_ENDPOINT)}?{query}", get_pulse().seconds)


def answer_live() -> Response:
    """Tell an open list what has changed, as JSON; `is_told` says whether the look knew of it."""
    pulse = get_pulse()
    try:
        parameters, stretch, known = _read()
        finding = pulse.get(get_desk(), parameters.task_filter)
    except FAILURES as exc:
        problem = describe_error(exc)
        text = f"{translate(problem.title)}. {translate(problem.text)}"
        return make_response(jsonify(problem=text), problem.status)
    beat = finding.value
    after = known if isinstance(known, datetime) else beat.recent.at - known
    is_told = beat.tells_of(parameters.task_filter, after)
    if not is_told:
        pulse.reach_back(beat.recent.at - after)
    answer: dict[str, Any] = {
        "at": format_machine_moment(beat.recent.at),
        "is_stale": finding.is_stale,
        "is_told": is_told,
        **_tell(beat, parameters.task_filter, stretch, after),
    }
    return jsonify(answer)


def _read() -> tuple[ListParameters, Stretch, datetime | timedelta]:
    parameters = ListParameters.read(request.args)
    for fault in parameters.faults.values():
        raise fault
    first, last = (
        parse_position(request.args[name], name) if name in request.args else None
        for name in (FIRST, LAST)
    )
    stretch = Stretch(first, last, parameters.task_filter.order)
    return parameters, stretch, _read_known()


def _read_known() -> datetime | timedelta:
    # A page that was never answered only knows how old it is, which no two clocks disagree on.
    age = request.args.get(AGE, "0")
    if not _SECONDS.fullmatch(age):
        raise InvalidFieldError(AGE, sentence("is no number of seconds; reload the page."))
    text = request.args.get(AFTER)
    return timedelta(seconds=int(age)) if text is None else _parse_moment(text)


def _parse_moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment
    except ValueError:
        pass
    raise InvalidFieldError(AFTER, sentence("is no moment; reload the page."))


def _tell(beat: Beat, task_filter: TaskFilter, stretch: Stretch, after: datetime) -> dict[str, Any]:
    place = beat.lists.get(task_filter)
    if place is None:
        return {"tasks": [], "is_cut": False}
    # What changed shortly before is told again, lest it was committed since.
    late = timedelta(seconds=WINDOW_SECONDS)
    news = [task for task in beat.recent.tasks if task.updated_at + late >= after]
    # One that a list by the last change shows has moved to its top as soon as it changes.
    is_moving = stretch.order is Order.UPDATED
    told = [
        [str(task.id), task.status, task.version, is_inside and task.lists[place]]
        for task in news
        if (is_inside := stretch.holds(task)) or is_moving
    ]
    return {"tasks": told, "is_cut": after < _find_beginning(beat.recent)}


def _find_beginning(recent: Recent) -> datetime:
    return recent.tasks[-1].updated_at if recent.is_cut else recent.since
