"""Reading and writing tasks: the shared statements, run by the desk's own driver."""

from typing import Any
from uuid import UUID

from sqlalchemy import Executable
from sqlalchemy.exc import DBAPIError

from dashboard.desk import Desk
from dashboard.formats import PREVIEW_CHARACTERS
from vision_tasks.errors import InvalidFieldError, TaskNotFoundError, VisionTasksError
from vision_tasks.faults import ILLEGAL_MOVE_SQLSTATE, get_sqlstate
from vision_tasks.queries import (
    delete_task,
    insert_task,
    read_page,
    select_task,
    select_tasks,
    update_task,
)
from vision_tasks.records import Page, Position, TaskChanges, TaskFilter, TaskRecord

_UNSTORABLE_CLASSES = ("22", "54")


class TaskChangedError(VisionTasksError):
    """The task is no longer at the version a form was opened with; nothing was written."""

    code = "task_changed"

    def __init__(self, task: TaskRecord) -> None:
        super().__init__("The task was changed by somebody else meanwhile.")
        self.task = task


def get_task(desk: Desk, task_id: UUID) -> TaskRecord:
    """Read a task, its result laid out for people; raises TaskNotFoundError."""
    with desk.begin() as connection:
        row = connection.execute(select_task(task_id, pretty=True)).one_or_none()
    if row is None:
        raise TaskNotFoundError(task_id)
    return TaskRecord(*row)


def fetch_page(
    desk: Desk, task_filter: TaskFilter, *, limit: int, position: Position | None
) -> Page:
    """Read one page of the list; results come as previews."""
    with desk.begin() as connection:
        rows = connection.execute(
            select_tasks(
                task_filter,
                limit=limit,
                position=position,
                preview_characters=PREVIEW_CHARACTERS + 1,
            )
        ).all()
    return read_page(rows, limit=limit, position=position)


def create_task(desk: Desk, filename: str) -> TaskRecord:
    """Store a new task, which waits from now on."""
    with desk.begin() as connection:
        return TaskRecord(*connection.execute(insert_task(filename)).one())


def save_task(desk: Desk, task_id: UUID, version: int, changes: TaskChanges) -> TaskRecord:
    """Write `changes`, and nothing else, if the task is still at `version`.

    Raises TaskChangedError with the task as it is now, TaskNotFoundError where it is gone,
    InvalidFieldError where PostgreSQL cannot store a value or refuses a move.
    """
    try:
        row = _execute(desk, update_task(task_id, [version], changes))
    except DBAPIError as exc:
        raise (_explain_refusal(exc) or exc) from exc
    if row is None:
        raise TaskChangedError(get_task(desk, task_id))
    return TaskRecord(*row)


def remove_task(desk: Desk, task_id: UUID, version: int) -> None:
    """Delete the task if it is still at `version`; raises as `save_task` does."""
    if _execute(desk, delete_task(task_id, [version])) is None:
        raise TaskChangedError(get_task(desk, task_id))


def _execute(desk: Desk, statement: Executable) -> Any:
    with desk.begin() as connection:
        return connection.execute(statement).one_or_none()


def _explain_refusal(exc: DBAPIError) -> InvalidFieldError | None:
    state = get_sqlstate(exc) or ""
    if state == ILLEGAL_MOVE_SQLSTATE:
        return InvalidFieldError("status", "cannot make this move; the database refuses it.")
    if state.startswith(_UNSTORABLE_CLASSES):
        return InvalidFieldError("result", "holds a value that PostgreSQL cannot store.")
    return None
