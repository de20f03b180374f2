"""Reading the history: the shared statements, run by the desk's own driver."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from dashboard.desk import Desk
from dashboard.errors import ChangeNotFoundError
from dashboard.formats import PREVIEW_CHARACTERS
from vision_tasks.batch_entries import START_ACTIONS, BatchDeed
from vision_tasks.batch_reversals import Reversal, read_reversal, select_reversals
from vision_tasks.bulk_queries import select_lines
from vision_tasks.change_queries import (
    read_change,
    read_change_page,
    select_change,
    select_changes,
    select_known,
    select_listed_ids,
    select_shared_birth,
)
from vision_tasks.changes import ChangeFilter, ChangePage, ChangePosition, ChangeRecord


def get_change(desk: Desk, change_id: int, *, characters: int | None = None) -> ChangeRecord:
    """Read one row; raises ChangeNotFoundError. No more of a result is read than `characters`."""
    with desk.begin() as connection:
        row = connection.execute(select_change(change_id, characters=characters)).one_or_none()
    if row is None:
        raise ChangeNotFoundError(change_id)
    return read_change(row)


def fetch_last_change(desk: Desk, task_id: UUID) -> ChangeRecord | None:
    """Read the last row about a task, which may have been deleted by it."""
    statement = select_changes(ChangeFilter(task_id=task_id), limit=1, position=None, characters=1)
    with desk.begin() as connection:
        row = connection.execute(statement).first()
    return None if row is None else read_change(row)


def fetch_listed_ids(desk: Desk, change_id: int) -> list[UUID]:
    """Read which tasks came together in one row, as far as it lists them."""
    with desk.begin() as connection:
        return connection.execute(select_listed_ids(change_id)).scalar_one_or_none() or []


def fetch_entries(
    desk: Desk, change_filter: ChangeFilter, *, limit: int, position: ChangePosition | None
) -> tuple[ChangePage, dict[UUID, str], dict[UUID, list[Reversal]]]:
    """Read one page of the history, the filenames of those of its tasks that are there.

    And what took back the batches that were started or ended in it.
    """
    with desk.begin() as connection:
        page = _fetch_page(connection, change_filter, limit, position, PREVIEW_CHARACTERS + 1)
        ids = {change.task_id for change in page.changes if change.task_id is not None}
        lines = connection.execute(select_lines(ids)).all()
        reversals = _fetch_reversals(connection, page)
    return page, {line.id: line.filename for line in lines}, reversals


def is_of_batch(change: ChangeRecord) -> bool:
    """Tell whether it is the start or the end of a batch."""
    return change.task_id is None and change.action in (*START_ACTIONS, BatchDeed.END.value)


def fetch_task_changes(
    desk: Desk,
    task_id: UUID,
    born_at: datetime | None,
    *,
    limit: int,
    position: ChangePosition | None,
    characters: int,
) -> tuple[ChangePage, ChangeRecord | None]:
    """Read one page about a task, and the creation that it shares with others, if it does."""
    with desk.begin() as connection:
        page = _fetch_page(connection, ChangeFilter(task_id=task_id), limit, position, characters)
        statement = None if born_at is None else select_shared_birth(task_id, born_at)
        birth = None if statement is None else connection.execute(statement).one_or_none()
    return page, None if birth is None else read_change(birth)


def fetch_known(desk: Desk) -> dict[str, list[str]]:
    """Read which actors and actions there are to look for."""
    with desk.begin() as connection:
        return {
            "actors": list(connection.execute(select_known("actor")).scalars()),
            "actions": list(connection.execute(select_known("action")).scalars()),
        }


def _fetch_reversals(connection: Connection, page: ChangePage) -> dict[UUID, list[Reversal]]:
    ids = {one.batch_id for one in page.changes if one.batch_id and is_of_batch(one)}
    found: dict[UUID, list[Reversal]] = {}
    for row in connection.execute(select_reversals(ids)) if ids else ():
        reversal = read_reversal(row)
        found.setdefault(reversal.undoes, []).append(reversal)
    return found


def _fetch_page(
    connection: Connection,
    change_filter: ChangeFilter,
    limit: int,
    position: ChangePosition | None,
    characters: int,
) -> ChangePage:
    statement = select_changes(change_filter, limit=limit, position=position, characters=characters)
    rows = connection.execute(statement).all()
    return read_change_page(rows, limit=limit, position=position)
