"""The history page: what was done, newest first, narrowed to what a person looks for."""

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, request, url_for

from dashboard.desk import get_desk
from dashboard.formats import PREVIEW_CHARACTERS
from dashboard.history.places import format_place
from dashboard.history.reading import fetch_entries, fetch_known, is_of_batch
from dashboard.history.search import HistorySearch
from dashboard.history.wording import (
    Difference,
    format_deed,
    format_extent,
    list_differences,
    list_facts,
)
from dashboard.pages import Page
from dashboard.problems import Problem
from vision_tasks.batch_reversals import Reversal
from vision_tasks.changes import ChangePage, ChangeRecord
from vision_tasks.errors import DatabaseTimeoutError
from vision_tasks.sentences import sentence

PAGE_SIZE = 50
ENDPOINT = "vision_tasks_history.index"

_TOO_LONG = Problem(
    HTTPStatus.GATEWAY_TIMEOUT,
    sentence("This search takes too long"),
    sentence(
        "It was stopped, so that nobody else waits for it. Narrow it: choose fewer days, or say who"
        " or which task it is about."
    ),
)


@dataclass(frozen=True)
class Entry:
    """One line of the page; `filename` is the task's, as it is now or was when it went.

    `reversals` say what took back the batch that it is about.
    """

    change: ChangeRecord
    deed: str
    extent: str
    filename: str | None
    differences: list[Difference]
    facts: list[tuple[str, str]]
    reversals: list[Reversal]


def show_entries(page: Page) -> Response:
    """Show the part of the history that the address asks for, or say what is wrong with it."""
    search = HistorySearch.read(request.args)
    desk = get_desk()
    found = ChangePage((), has_newer=False, has_older=False)
    names: dict[UUID, str] = {}
    reversals: dict[UUID, list[Reversal]] = {}
    problem = None
    if not search.errors:
        try:
            found, names, reversals = fetch_entries(
                desk, search.change_filter, limit=PAGE_SIZE, position=search.position
            )
        except DatabaseTimeoutError:
            problem = _TOO_LONG
    return page.show(
        "history.html",
        status=400 if search.errors else 200,
        problem=problem,
        search=search,
        entries=[_describe(change, names, reversals) for change in found.changes],
        links=_list_links(search, found),
        clear={name: _url(search, **{name: None}) for name in search.filters},
        known=fetch_known(desk),
    )


def _describe(
    change: ChangeRecord, names: dict[UUID, str], reversals: dict[UUID, list[Reversal]]
) -> Entry:
    filename = None
    if change.task_id is not None:
        filename = names.get(change.task_id)
    if filename is None and change.is_deletion and change.before is not None:
        filename = str(change.before.values.get("filename"))
    is_short = change.is_birth or change.is_deletion
    return Entry(
        change,
        format_deed(change),
        format_extent(change),
        filename,
        [] if is_short else list_differences(change, characters=PREVIEW_CHARACTERS),
        list_facts(change),
        reversals.get(change.batch_id, []) if change.batch_id and is_of_batch(change) else [],
    )


def _list_links(search: HistorySearch, found: ChangePage) -> dict[str, str]:
    links = {"newest": _url(search)}
    if found.changes and found.has_newer:
        links["newer"] = _url(search, newer_than=format_place(found.changes[0]))
    if found.changes and found.has_older:
        links["older"] = _url(search, older_than=format_place(found.changes[-1]))
    return links


def _url(search: HistorySearch, **changes: str | None) -> str:
    query = urlencode(search.query(**changes))
    return url_for(ENDPOINT) + (f"?{query}" if query else "")
