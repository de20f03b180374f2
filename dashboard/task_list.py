"""The list of tasks: newest first, filtered, page by page without reading what lies between."""

from http import HTTPStatus
from urllib.parse import urlencode

from flask import Response, request, url_for

from dashboard.bulk.order import format_filter
from dashboard.bulk.rights import list_offered
from dashboard.bulk.wording import name_batch
from dashboard.desk import get_desk
from dashboard.language import translate
from dashboard.list_links import format_list_url, list_links
from dashboard.list_parameters import PAGE_SIZES, ListParameters
from dashboard.list_values import SORTS
from dashboard.live.open_list import describe_live
from dashboard.narrowing import list_narrowings
from dashboard.pages import Page
from dashboard.problems import Problem
from dashboard.task_search import Total, fetch_counted_page
from dashboard.ticks import FIELD, format_tick
from dashboard.views.reading import fetch_views
from vision_tasks.errors import DatabaseTimeoutError
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.records import Order
from vision_tasks.records import Page as TaskPage
from vision_tasks.sentences import sentence

_TOO_LONG = Problem(
    HTTPStatus.GATEWAY_TIMEOUT,
    sentence("This search takes too long"),
    sentence("It was stopped, so that nobody else waits for it. Narrow it:"),
)


def show_list(
    page: Page,
    *,
    view_errors: dict[str, str] | None = None,
    problem: Problem | None = None,
    parameters: ListParameters | None = None,
) -> Response:
    """Show the page of the list that the address asks for, or say what is wrong with it.

    `view_errors` are of the form that saves a view, with the `parameters` it was sent with.
    """
    parameters = parameters or ListParameters.read(request.args)
    tasks: TaskPage | None = None
    total: Total | None = None
    narrowings = []
    actions = list_offered(get_desk().allows)
    if not parameters.faults:
        try:
            tasks, total = _fetch(parameters)
        except DatabaseTimeoutError:
            problem, narrowings = _TOO_LONG, list_narrowings(parameters)
    return page.show(
        "task_list.html",
        status=HTTPStatus.BAD_REQUEST if parameters.faults or view_errors else HTTPStatus.OK,
        problem=problem,
        parameters=parameters,
        tasks=tasks,
        total=total,
        narrowings=narrowings,
        links=list_links(parameters, tasks),
        clear={name: format_list_url(parameters, **{name: None}) for name in parameters.filters},
        back=urlencode({name: value for name, value in parameters.given.items() if value}),
        is_by_update=parameters.task_filter.order is Order.UPDATED,
        live=describe_live(parameters, tasks),
        statuses=list(TaskStatus),
        sorts=list(SORTS),
        page_sizes=PAGE_SIZES,
        tick_field=FIELD,
        format_tick=format_tick,
        bulk_actions=actions,
        action_names={one: translate(name_batch(one.value)).capitalize() for one in actions},
        bulk_filter=format_filter(parameters),
        views=fetch_views(get_desk()),
        view_query=urlencode(parameters.query()),
        view_errors=view_errors or {},
        list_url=url_for("vision_tasks_tasks.index"),
    )


def _fetch(parameters: ListParameters) -> tuple[TaskPage, Total | None]:
    return fetch_counted_page(
        get_desk(),
        parameters.task_filter,
        limit=parameters.page_size,
        position=parameters.position,
    )
