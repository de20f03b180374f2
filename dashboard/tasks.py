"""Reading and writing tasks: the shared statements, run by the desk's own driver."""

from typing import Any
from uuid import UUID

from sqlalchemy import Executable
from sqlalchemy.exc import DBAPIError

from dashboard.causes import Cause
from dashboard.desk import Desk
from dashboard.edition import Edition
from dashboard.errors import TaskChangedError, TaskInUseError
from vision_tasks.errors import InvalidFieldError, TaskExistsError, TaskNotFoundError
from vision_tasks.faults import ILLEGAL_MOVE_SQLSTATE, get_sqlstate
from vision_tasks.models import Task
from vision_tasks.queries import (
    delete_task,
    insert_task_once,
    select_task,
    update_task,
)
from vision_tasks.records import TaskChanges, TaskRecord
from vision_tasks.sentences import sentence

_UNSTORABLE_CLASSES = ("22", "54")
# A foreign key; since PostgreSQL 18 one with RESTRICT has a state of its own.
REFERENCED_STATES = ("23503", "23001")


def get_task(
    desk: Desk, task_id: UUID, *, characters: int | None = None, pretty: bool = True
) -> TaskRecord:
    """Read a task, its result laid out for people if it is to be; raises TaskNotFoundError.

    With `characters` no more of the result is read than that, so it may be no JSON any more.
    """
    statement = select_task(task_id, pretty=pretty, characters=characters)
    with desk.begin() as connection:
        row = connection.execute(statement).one_or_none()
    if row is None:
        raise TaskNotFoundError(task_id)
    return TaskRecord(*row)


def create_task(desk: Desk, task_id: UUID, filename: str, *, reason: str | None = None) -> bool:
    """Store a new task, which waits from now on; False where that was done before.

    Raises TaskExistsError where the id is taken by a task of another filename.
    """
    if _execute(desk, insert_task_once(task_id, filename), Cause(reason=reason)) is not None:
        return True
    if get_task(desk, task_id, characters=1).filename != filename:
        raise TaskExistsError(task_id)
    return False


def save_task(
    desk: Desk, task_id: UUID, edition: Edition, changes: TaskChanges, cause: Cause
) -> TaskRecord:
    """Write `changes`, and nothing else, if the task is still that `edition`.

    Raises TaskChangedError with the task as it is now, TaskNotFoundError where it is gone,
    InvalidFieldError where PostgreSQL cannot store a value or refuses a move.
    """
    statement = update_task(task_id, [edition.version], changes, born_at=edition.born_at)
    if cause.free_from is not None:
        statement = statement.where(Task.status == cause.free_from)
    try:
        row = _execute(desk, statement, cause)
    except DBAPIError as exc:
        raise (_explain_refusal(exc, changes) or exc) from exc
    if row is None:
        raise TaskChangedError(get_task(desk, task_id))
    return TaskRecord(*row)


def remove_task(
    desk: Desk, task_id: UUID, edition: Edition, *, characters: int, reason: str | None = None
) -> None:
    """Delete the task if it is still that `edition`.

    Raises TaskChangedError with the task as `get_task` reads it, TaskNotFoundError where it is
    gone, TaskInUseError where another table refers to it.
    """
    statement = delete_task(task_id, [edition.version], born_at=edition.born_at)
    try:
        row = _execute(desk, statement, Cause(reason=reason))
    except DBAPIError as exc:
        if get_sqlstate(exc) in REFERENCED_STATES:
            raise TaskInUseError from exc
        raise
    if row is None:
        raise TaskChangedError(get_task(desk, task_id, characters=characters))


def explain_unstorable(exc: DBAPIError) -> InvalidFieldError | None:
    """Blame the result of a statement that had one; None where it was not that."""
    if not (get_sqlstate(exc) or "").startswith(_UNSTORABLE_CLASSES):
        return None
    return InvalidFieldError("result", sentence("holds a value that PostgreSQL cannot store."))


def _execute(desk: Desk, statement: Executable, cause: Cause) -> Any:
    with desk.begin(
        action=cause.action, reason=cause.reason, free_move=cause.free_from is not None
    ) as connection:
        return connection.execute(statement).one_or_none()


def _explain_refusal(exc: DBAPIError, changes: TaskChanges) -> InvalidFieldError | None:
    if get_sqlstate(exc) == ILLEGAL_MOVE_SQLSTATE:
        return InvalidFieldError(
            "status", sentence("cannot make this move; the database refuses it.")
        )
    return explain_unstorable(exc) if "result" in changes else None
