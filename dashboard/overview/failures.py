"""What went wrong, in groups, each with the way to its tasks."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import url_for
from werkzeug.datastructures import MultiDict

from dashboard.bulk.order import format_filter
from dashboard.desk import Desk
from dashboard.formats import format_preview
from dashboard.list_parameters import ListParameters
from dashboard.returning import LIST_ENDPOINT
from vision_tasks.failure_queries import (
    NEWEST,
    FailureGroup,
    Failures,
    ReasonKind,
    read_failures,
    select_failures,
)
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.result_conditions import format_equality

LARGEST = 10
"""So many groups are shown."""
SHOWN_CHARACTERS = 200
STATEMENT_SECONDS = 5


@dataclass(frozen=True)
class ShownGroup:
    """A group and the way to its tasks; `url` and `retry_filter` are empty where there is none."""

    kind: ReasonKind
    reason: str
    tasks: int
    url: str
    retry_filter: str


@dataclass(frozen=True)
class ShownFailures:
    """The largest groups; `others` counts the rest, `is_cut` says that only the newest count."""

    groups: tuple[ShownGroup, ...]
    tasks: int
    others: int
    is_cut: bool


def fetch_failures(desk: Desk) -> Failures:
    """Group the newest failures."""
    statement = select_failures(desk.settings.FAILURE_PATH, largest=LARGEST)
    with desk.begin(seconds=STATEMENT_SECONDS) as connection:
        return read_failures(connection.execute(statement).all())


def show_failures(failures: Failures, path: str) -> ShownFailures:
    """Make them ready for a page; `path` is where the reason stands in a result."""
    return ShownFailures(
        tuple(_show(group, path) for group in failures.largest),
        failures.tasks,
        failures.groups - len(failures.largest),
        is_cut=failures.tasks >= NEWEST,
    )


def _show(group: FailureGroup, path: str) -> ShownGroup:
    parameters = _find_list(group, path)
    url = retry_filter = ""
    if parameters is not None:
        url = f"{url_for(LIST_ENDPOINT)}?{urlencode(parameters.query())}"
        retry_filter = format_filter(parameters)
    reason = format_preview(group.reason, SHOWN_CHARACTERS)
    return ShownGroup(group.kind, reason, group.tasks, url, retry_filter)


def _find_list(group: FailureGroup, path: str) -> ListParameters | None:
    condition = _format_condition(group, path)
    if condition is None:
        return None
    parameters = ListParameters.read(
        MultiDict({"status": TaskStatus.FAILED.value, "result": condition})
    )
    # One too long to be asked for leads nowhere rather than to others.
    is_said = not parameters.faults and _is_kept(group, parameters.task_filter.result[0].value)
    return parameters if is_said else None


def _is_kept(group: FailureGroup, value: str) -> bool:
    # What is no number of a condition, since it is too long, would be read as a text.
    return group.kind is not ReasonKind.NUMBER or value == group.reason


def _format_condition(group: FailureGroup, path: str) -> str | None:
    match group.kind:
        case ReasonKind.STRING:
            return format_equality(path, group.reason)
        case ReasonKind.NUMBER | ReasonKind.BOOLEAN:
            return f"{path} = {group.reason}"
        case ReasonKind.NONE:
            return f"{path} missing"
        case ReasonKind.OTHER:
            return None
