"""Tasks in PostgreSQL: each function is one transaction, named after its statement."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Delete, Insert, Update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from api.authentication import get_attribution
from api.database import transactional
from api.pages import cut_page, read_cut_page
from vision_tasks import queries
from vision_tasks.attribution import set_locally
from vision_tasks.errors import (
    IllegalMoveError,
    InvalidFieldError,
    StaleVersionError,
    TaskNotFoundError,
    VisionTasksError,
)
from vision_tasks.faults import ILLEGAL_MOVE_SQLSTATE, get_sqlstate
from vision_tasks.lifecycle import TaskStatus, is_legal
from vision_tasks.records import Page, Position, TaskChanges, TaskFilter, TaskRecord
from vision_tasks.search_queries import read_scouting, select_scouting
from vision_tasks.search_ways import Way, list_ways

Versions = Sequence[int] | None
"""The versions at which a task may be changed; None is any."""

_TRIES = 5
# Data exception, program limit exceeded.
_BEYOND_STORAGE = ("22", "54")


@transactional
async def insert_task_once(
    connection: AsyncConnection, task_id: UUID, filename: str
) -> tuple[TaskRecord, bool]:
    """Store a new task under the client's id, or read the one that has it; tell which is new."""
    while True:
        statement = queries.insert_task_once(task_id, filename)
        if row := await _write(connection, statement):
            return TaskRecord(*row), True
        # Nothing here means that it was deleted in between, so the id is free again.
        if task := await _fetch(connection, task_id):
            return task, False


@transactional
async def fetch_task(connection: AsyncConnection, task_id: UUID) -> TaskRecord | None:
    """Read one task, if it is there."""
    return await _fetch(connection, task_id)


async def get_task(task_id: UUID, versions: Versions = None) -> TaskRecord:
    """Read one task; raises TaskNotFoundError, or StaleVersionError outside of `versions`."""
    task = await fetch_task(task_id)
    if task is None:
        raise TaskNotFoundError(task_id)
    if versions is not None and task.version not in versions:
        raise StaleVersionError(task_id, task.version)
    return task


@transactional
async def select_tasks(
    connection: AsyncConnection, task_filter: TaskFilter, limit: int, position: Position | None
) -> Page:
    """Read one page of the list, which ends early where its results come to PAGE_BYTES."""
    page = Page((), has_newer=False, has_older=False)
    for way in await _find_ways(connection, task_filter, limit, position):
        statement = queries.select_tasks(task_filter, limit=limit, position=position, way=way)
        rows = (await connection.execute(cut_page(statement, task_filter, limit))).all()
        page = read_cut_page(rows, position)
        if page.has_older:
            break
    return page


async def update_task(task_id: UUID, versions: Versions, changes: TaskChanges) -> TaskRecord:
    """Write `changes`.

    Raises TaskNotFoundError, StaleVersionError, IllegalMoveError, and InvalidFieldError where
    `result` is more than PostgreSQL can hold, which a merge can come to bit by bit.
    """
    tries_left = _TRIES
    while True:
        tries_left -= 1
        try:
            return await _update(task_id, versions, changes)
        except DBAPIError as exc:
            state = get_sqlstate(exc) or ""
            if state == ILLEGAL_MOVE_SQLSTATE:
                reason = await _explain_move(task_id, changes["status"])
                # Who says "whatever it is now" is not told that somebody else was quicker.
                if versions is None and tries_left and isinstance(reason, StaleVersionError):
                    continue
                raise reason from exc
            if state.startswith(_BEYOND_STORAGE):
                raise InvalidFieldError("result", "is more than the database can hold.") from exc
            raise


@transactional
async def delete_task(connection: AsyncConnection, task_id: UUID, versions: Versions) -> None:
    """Delete a task; raises TaskNotFoundError, StaleVersionError."""
    statement = queries.delete_task(task_id, versions)
    if not await _write(connection, statement):
        raise await _explain(connection, task_id, versions)


@transactional
async def _update(
    connection: AsyncConnection, task_id: UUID, versions: Versions, changes: TaskChanges
) -> TaskRecord:
    statement = queries.update_task(task_id, versions, changes)
    if row := await _write(connection, statement):
        return TaskRecord(*row)
    raise await _explain(connection, task_id, versions)


async def _find_ways(
    connection: AsyncConnection, task_filter: TaskFilter, limit: int, position: Position | None
) -> Iterable[Way | None]:
    if task_filter.filename is None:
        return [None]
    row = (await connection.execute(select_scouting(task_filter, position))).one()
    return list_ways(task_filter, read_scouting(row), position, limit=limit)


async def _write(connection: AsyncConnection, statement: Insert | Update | Delete) -> Sequence[Any]:
    # The one row that was written; nothing where there was none to write.
    # RETURNING is computed before the triggers fire that write the history at the end of the
    # statement. So it can tell them who acts, and no round trip is spent on that.
    actor = set_locally(get_attribution().settings)
    row = (await connection.execute(statement.returning(*actor))).one_or_none()
    return row[: -len(actor)] if row else ()


async def _fetch(connection: AsyncConnection, task_id: UUID) -> TaskRecord | None:
    row = (await connection.execute(queries.select_task(task_id))).one_or_none()
    return TaskRecord(*row) if row else None


async def _explain(
    connection: AsyncConnection, task_id: UUID, versions: Versions
) -> VisionTasksError:
    # The statement has decided; the look only says why. If the task changed in between, even to
    # a version that was asked for, nothing was written and reading it again is right advice.
    task = None if versions is None else await _fetch(connection, task_id)
    return StaleVersionError(task_id, task.version) if task else TaskNotFoundError(task_id)


async def _explain_move(task_id: UUID, target: TaskStatus) -> VisionTasksError:
    # In a transaction of its own, as the trigger has ended the first. Where the move has become
    # legal meanwhile, somebody else was quicker.
    task = await get_task(task_id)
    if is_legal(task.status, target):
        return StaleVersionError(task_id, task.version)
    return IllegalMoveError(task.status, target)
