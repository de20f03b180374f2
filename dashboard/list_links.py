"""Where a page of the list leads: to its neighbours, its ends, and lists that are filtered else."""

from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

from flask import url_for

from dashboard.list_parameters import ListParameters
from dashboard.list_values import is_id_beginning
from dashboard.positions import format_position
from dashboard.returning import LIST_ENDPOINT
from vision_tasks.records import Page, Position

# Before whatever a task can be.
_BEGINNING = Position(datetime(1, 1, 1, tzinfo=UTC), UUID(int=0))


def list_links(parameters: ListParameters, page: Page | None) -> dict[str, str]:
    """Return addresses by name: newest, and where there are such newer, older, oldest, further.

    "by_id" leads to the tasks whose ids begin with what was searched for in filenames.
    """
    links = {"newest": format_list_url(parameters)}
    if page is None:
        return links
    text = parameters.given.get("search", "")
    if parameters.task_filter.filename is not None and is_id_beginning(text):
        links["by_id"] = format_list_url(parameters, search=None, id=text)
    order = parameters.task_filter.order
    is_backward = parameters.position is not None and parameters.position.backward
    if page.tasks and page.has_newer:
        place = format_position(page.tasks[0], order)
        links["newer"] = format_list_url(parameters, newer_than=place)
    if page.tasks and page.has_older:
        place = format_position(page.tasks[-1], order)
        links["older"] = format_list_url(parameters, older_than=place)
        links["oldest"] = format_list_url(parameters, newer_than=format_position(_BEGINNING))
    if page.looked_to is not None:
        # What lies between the last one that was found and this place was looked at already.
        name, side = ("newer_than", "newer") if is_backward else ("older_than", "older")
        url = format_list_url(parameters, **{name: format_position(page.looked_to)})
        links["further"] = links[side] = url
    return links


def format_list_url(parameters: ListParameters, **changes: str | None) -> str:
    """Write the address of a list that differs from this one by `changes` of its query."""
    query = urlencode(parameters.query(**changes))
    return url_for(LIST_ENDPOINT) + (f"?{query}" if query else "")
