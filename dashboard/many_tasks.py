"""Reading and deleting many tasks in one statement, run by the desk's own driver."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from dashboard.desk import Desk
from dashboard.errors import TickedTaskInUseError
from dashboard.tasks import REFERENCED_STATES
from vision_tasks.bulk_queries import SeenTask, TaskLine, delete_seen, select_lines
from vision_tasks.faults import get_sqlstate


@dataclass(frozen=True, slots=True)
class Ticked:
    """What has become of tasks since they were seen: the same, changed, or `gone` (a count)."""

    unchanged: list[TaskLine]
    changed: list[TaskLine]
    gone: int


@dataclass(frozen=True, slots=True)
class Removal:
    """What became of tasks that were to be deleted: kept are those that somebody changed."""

    deleted: int
    kept: list[TaskLine]
    gone: int


def fetch_ticked(desk: Desk, seen: Collection[SeenTask]) -> Ticked:
    """Read the tasks as they are now."""
    with desk.begin() as connection:
        lines = _fetch_lines(connection, seen)
    known = set(seen)
    unchanged = [one for one in lines if SeenTask(one.id, one.version, one.created_at) in known]
    changed = [one for one in lines if one not in unchanged]
    return Ticked(unchanged, changed, len(seen) - len(lines))


def remove_seen(desk: Desk, seen: Collection[SeenTask]) -> Removal:
    """Delete those tasks that still are as they were `seen`.

    Raises TickedTaskInUseError, and deletes none, where another table refers to one of them.
    """
    try:
        with desk.begin() as connection:
            deleted = len(connection.execute(delete_seen(seen)).all())
            kept = _fetch_lines(connection, seen)
    except DBAPIError as exc:
        if get_sqlstate(exc) in REFERENCED_STATES:
            raise TickedTaskInUseError from exc
        raise
    return Removal(deleted, kept, len(seen) - deleted - len(kept))


def _fetch_lines(connection: Connection, seen: Collection[SeenTask]) -> list[TaskLine]:
    rows = connection.execute(select_lines([task.id for task in seen]))
    return [TaskLine(*row) for row in rows]
