"""The list of tasks: newest first, filtered, page by page without counting."""

from urllib.parse import urlencode

from flask import Response, request, url_for

from dashboard.bulk.order import format_filter
from dashboard.bulk.rights import list_offered
from dashboard.desk import get_desk
from dashboard.list_parameters import PAGE_SIZES, ListParameters
from dashboard.pages import Page
from dashboard.positions import format_position
from dashboard.returning import LIST_ENDPOINT
from dashboard.tasks import fetch_page
from dashboard.ticks import FIELD, format_tick
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.records import Page as TaskPage


def show_list(page: Page) -> Response:
    """Show the page of the list that the address asks for, or say what is wrong with it."""
    parameters = ListParameters.read(request.args)
    tasks = None if parameters.errors else _fetch(parameters)
    return page.show(
        "task_list.html",
        status=400 if parameters.errors else 200,
        parameters=parameters,
        tasks=tasks,
        links=_links(parameters, tasks),
        clear={name: _url(parameters, **{name: None}) for name in parameters.filters},
        back=urlencode({name: value for name, value in parameters.given.items() if value}),
        statuses=list(TaskStatus),
        page_sizes=PAGE_SIZES,
        tick_field=FIELD,
        format_tick=format_tick,
        bulk_actions=list_offered(get_desk().allows),
        bulk_filter=format_filter(parameters),
    )


def _fetch(parameters: ListParameters) -> TaskPage:
    return fetch_page(
        get_desk(),
        parameters.task_filter,
        limit=parameters.page_size,
        position=parameters.position,
    )


def _links(parameters: ListParameters, tasks: TaskPage | None) -> dict[str, str]:
    links = {"newest": _url(parameters)}
    if tasks is not None and tasks.tasks and tasks.has_newer:
        links["newer"] = _url(parameters, newer_than=format_position(tasks.tasks[0]))
    if tasks is not None and tasks.tasks and tasks.has_older:
        links["older"] = _url(parameters, older_than=format_position(tasks.tasks[-1]))
    return links


def _url(parameters: ListParameters, **changes: str | None) -> str:
    query = urlencode(parameters.query(**changes))
    return url_for(LIST_ENDPOINT) + (f"?{query}" if query else "")
