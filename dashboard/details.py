"""The page of one task; of one that was deleted, what is left of it."""

from uuid import UUID

from flask import Response

from dashboard.bulk.rights import list_offered
from dashboard.desk import get_desk
from dashboard.formats import SHOWN_CHARACTERS
from dashboard.history.reading import fetch_last_change
from dashboard.history.timeline import read_timeline
from dashboard.neighbours import find_neighbours
from dashboard.pages import Page
from dashboard.picture import Picture
from dashboard.result_view import ResultView
from dashboard.returning import get_back_query, get_back_url
from dashboard.tasks import get_task
from dashboard.ticks import FIELD, format_tick
from vision_tasks.batches import BulkAction
from vision_tasks.errors import TaskNotFoundError
from vision_tasks.lifecycle import Status


def show_details(page: Page, task_id: UUID) -> Response:
    """Show everything about one task; raises TaskNotFoundError where it never was."""
    desk = get_desk()
    try:
        # As it is: laid out by the database, what nests deep would grow a hundredfold.
        task = get_task(desk, task_id, characters=SHOWN_CHARACTERS + 1, pretty=False)
    except TaskNotFoundError:
        return _show_gone(page, task_id)
    timeline = read_timeline(task_id, task.created_at)
    back = get_back_query()
    return page.show(
        "task_details.html",
        status=200 if timeline.error is None else 400,
        task=task,
        task_id=task_id,
        view=_read_view(task.result),
        picture=Picture.of(task, desk.settings.FILE_URL_TEMPLATE),
        neighbours=find_neighbours(desk, task, back),
        move=_find_move(task.status),
        tick_field=FIELD,
        tick=format_tick(task),
        timeline=timeline,
        back=back,
        back_url=get_back_url(),
    )


def _show_gone(page: Page, task_id: UUID) -> Response:
    last = fetch_last_change(get_desk(), task_id)
    if last is None:
        raise TaskNotFoundError(task_id)
    timeline = read_timeline(task_id, last.born_at)
    return page.show(
        "task_gone.html",
        status=200 if timeline.error is None else 400,
        task_id=task_id,
        last=last,
        timeline=timeline,
        back=get_back_query(),
        back_url=get_back_url(),
    )


def _read_view(result: str | None) -> ResultView | None:
    # What was cut is no JSON any more.
    if result is None or len(result) > SHOWN_CHARACTERS:
        return None
    return ResultView.read(result)


def _find_move(status: Status) -> BulkAction | None:
    for action in list_offered(get_desk().allows):
        if action.move is not None and action.move.source == status:
            return action
    return None
