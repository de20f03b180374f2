"""The timeline of one task, newest first, part by part."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from flask import request, url_for

from dashboard.desk import get_desk
from dashboard.history.places import format_place, parse_place
from dashboard.history.reading import fetch_task_changes
from dashboard.history.wording import Difference, format_deed, list_differences
from dashboard.returning import get_back_query
from vision_tasks.changes import ChangePage, ChangePosition, ChangeRecord
from vision_tasks.errors import InvalidFieldError
from vision_tasks.sentences import sentence

PAGE_SIZE = 20
RESULT_CHARACTERS = 2_000
"""A longer result is cut in the timeline; the page of its change has more of it."""


@dataclass(frozen=True)
class Timeline:
    """Part of what happened to a task; `error` says why there is nothing.

    `is_birth_unknown` tells that it goes back to the beginning, and the beginning is not there.
    """

    changes: list[ChangeRecord]
    links: dict[str, str]
    is_birth_unknown: bool = False
    error: str | None = None

    def differences(self, change: ChangeRecord) -> list[Difference]:
        """List what one of the changes did."""
        return list_differences(change, characters=RESULT_CHARACTERS)

    def deed(self, change: ChangeRecord) -> str:
        """Say in a word what it was."""
        return format_deed(change)


def read_timeline(task_id: UUID, born_at: datetime | None) -> Timeline:
    """Read the part that the address asks for of what happened to a task, `born_at` then."""
    try:
        position = _read_position()
    except InvalidFieldError as exc:
        return Timeline([], {}, error=str(exc))
    found, birth = fetch_task_changes(
        get_desk(),
        task_id,
        born_at,
        limit=PAGE_SIZE,
        position=position,
        characters=RESULT_CHARACTERS + 1,
    )
    changes = list(found.changes)
    if birth is not None and _belongs(birth, found, position):
        changes.append(birth)
        changes.sort(key=lambda change: change.id, reverse=True)
    is_whole = not found.has_older
    is_born = birth is not None or any(change.is_birth for change in changes)
    return Timeline(changes, _list_links(task_id, found), is_birth_unknown=is_whole and not is_born)


def _read_position() -> ChangePosition | None:
    older, newer = (request.args.get(name, "") for name in ("older_than", "newer_than"))
    if older and newer:
        raise InvalidFieldError("older_than", sentence("and newer_than exclude each other."))
    if newer:
        return parse_place(newer, "newer_than", backward=True)
    return parse_place(older, "older_than") if older else None


def _belongs(birth: ChangeRecord, found: ChangePage, position: ChangePosition | None) -> bool:
    # The creation of many is not in the index of this task, so it takes its place by its number.
    above = found.changes[-1].id if found.has_older and found.changes else None
    below = found.changes[0].id if found.has_newer and found.changes else None
    if position is not None and position.backward:
        above = position.id
    elif position is not None:
        below = position.id
    return (above is None or birth.id > above) and (below is None or birth.id < below)


def _list_links(task_id: UUID, found: ChangePage) -> dict[str, str]:
    links = {}
    if found.changes and found.has_newer:
        links["newer"] = _url(task_id, newer_than=format_place(found.changes[0]))
        links["newest"] = _url(task_id)
    if found.changes and found.has_older:
        links["older"] = _url(task_id, older_than=format_place(found.changes[-1]))
    return links


def _url(task_id: UUID, **query: str) -> str:
    kept = {"back": get_back_query(), **query}
    text = urlencode({name: value for name, value in kept.items() if value})
    address = url_for("vision_tasks_tasks.details", task_id=task_id)
    return f"{address}{text and '?'}{text}#history"
