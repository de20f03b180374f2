"""Statements of an export: all tasks of a filter as COPY writes them, and how far it has come."""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Interval,
    Select,
    Text,
    cast,
    column,
    func,
    null,
    select,
    table,
)

from vision_tasks.models import Task, TaskChange
from vision_tasks.records import TaskFilter
from vision_tasks.task_filters import list_conditions, list_order

ACTION = "export"
EXPORT_ID = "export_id"
"""The key, in an entry of the history, of the id by which an export is asked about."""
CELL_OPTIONS = "FORMAT csv"
"""The options of COPY for `select_cells`: each row as RFC 4180 has it, but ended by a line feed."""
SEPARATOR = "\x02"
FIELD_OPTIONS = f"FORMAT csv, DELIMITER '{SEPARATOR}', QUOTE '\x01'"
"""Those for `select_fields`: as JSON holds neither, nothing of it is put between quotes."""

_KEPT = "1 day"
_activity = table("pg_stat_activity", column("pid"), column("datname"), column("application_name"))
_progress = table(
    "pg_stat_progress_copy", column("pid"), column("tuples_processed"), column("bytes_processed")
)


def select_cells(task_filter: TaskFilter) -> Select[Any]:
    """Select every task that a filter lets through, in the order of its list, as cells."""
    return _select(task_filter, Task.filename)


def select_fields(task_filter: TaskFilter) -> Select[Any]:
    """Select them with the name as JSON, as the result is; each is one line of fields."""
    return _select(task_filter, func.to_json(Task.filename))


def format_application_name(export_id: UUID | None) -> str:
    """Name the transaction of an export, for `select_progress` and whoever looks at the server."""
    return f"vision-tasks export {export_id or ''}".strip()


def select_progress(export_id: UUID) -> Select[Any]:
    """Select how many tasks and bytes an export that is running has read, as one row.

    No row: it is not running. Nothing in it: it has not begun to read, or is past that.
    """
    return (
        select(_progress.c.tuples_processed, _progress.c.bytes_processed)
        .select_from(_activity.outerjoin(_progress, _activity.c.pid == _progress.c.pid))
        .where(
            _activity.c.datname == func.current_database(),
            _activity.c.application_name == format_application_name(export_id),
        )
        # Parallel workers go by the name of whom they work for, who alone tells of its progress.
        .order_by(_progress.c.tuples_processed.desc().nulls_last())
        .limit(1)
    )


def select_outcome(export_id: UUID) -> Select[Any]:
    """Select how many tasks an export of the last day has sent, and whether these were all."""
    return (
        select(TaskChange.tasks, TaskChange.after["complete"].as_boolean())
        .where(
            TaskChange.action == ACTION,
            TaskChange.task_id.is_(None),
            TaskChange.changed_at > func.now() - cast(_KEPT, Interval),
            TaskChange.after[EXPORT_ID].as_string() == str(export_id),
        )
        .order_by(TaskChange.changed_at.desc(), TaskChange.id.desc())
        .limit(1)
    )


def _select(task_filter: TaskFilter, name: Any) -> Select[Any]:
    # A limit that the planner cannot know, so that it looks for a way to begin at once; to have
    # the last row soonest, it might sort them all first.
    everything = select(cast(null(), BigInteger)).scalar_subquery()
    return (
        select(
            Task.id,
            Task.status,
            name,
            Task.result,
            Task.version,
            _write_moment(Task.created_at),
            _write_moment(Task.updated_at),
        )
        .where(*list_conditions(task_filter))
        .order_by(*list_order(task_filter, None))
        .limit(everything)
    )


def _write_moment(moment: Any) -> ColumnElement[str]:
    # RFC 3339, to the microsecond.
    in_utc = func.timezone("UTC", moment)
    return func.to_char(in_utc, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"', type_=Text)
