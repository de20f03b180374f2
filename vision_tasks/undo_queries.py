"""Taking a batch back: each of its changes, where the task still is as the batch left it.

What had changed is put back, what was deleted comes back under its id, and what an undo brought
back is deleted again. It needs a transaction whose action is "undo" and whose moves are free.
"""

from typing import Any
from typing import cast as cast_type

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    Table,
    Text,
    case,
    cast,
    delete,
    func,
    literal,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.orm import aliased

from vision_tasks.batch_changes import is_change_of
from vision_tasks.batches import DELETED, Batch
from vision_tasks.bulk_queries import is_as_seen
from vision_tasks.models import Task, TaskChange

_TASKS = cast_type("Table", Task.__table__)


def select_undoable(batch: Batch) -> Select[Any]:
    """Select what `batch` changed, as rows for `dry_runs.insert_batch`.

    A row has the version that the batch led to. In place of a status, a task that is to come back
    has DELETED.
    """
    is_deletion = TaskChange.after.is_(None)
    is_used_up = came_back(
        TaskChange.task_id.expression, TaskChange.born_at.expression, TaskChange.id.expression
    )
    is_as_left = (Task.version == TaskChange.version) & (Task.created_at == TaskChange.born_at)
    return (
        select(
            TaskChange.task_id.label("id"),
            TaskChange.version,
            TaskChange.born_at.label("created_at"),
            case(
                (is_deletion & Task.id.is_(None) & ~is_used_up, DELETED),
                (~is_deletion & is_as_left, cast(Task.status, Text)),
            ).label("status"),
            literal(value=True).label("is_planned"),
            (_measure(TaskChange.before) + _measure(TaskChange.after)).label("bytes"),
        )
        .select_from(TaskChange)
        .outerjoin(Task, Task.id == TaskChange.task_id)
        .where(TaskChange.batch_id == batch.id, TaskChange.task_id.is_not(None))
    )


def came_back(
    task_id: ColumnElement[Any], born_at: ColumnElement[Any], deletion_id: ColumnElement[Any]
) -> ColumnElement[bool]:
    """Tell whether a task came back since a deletion, and so used the version that follows it.

    Were it brought back once more, it would have that version twice.
    """
    later = aliased(TaskChange)
    return (
        select(later.id)
        .where(later.task_id == task_id, later.born_at == born_at, later.id > deletion_id)
        # Or PostgreSQL, while it knows little of the history, reads all of it for each chunk.
        .offset(0)
        .exists()
    )


def select_deletes(batch: Batch) -> Select[bool]:
    """Tell whether undoing `batch` would delete tasks, those that it brought back itself."""
    births = select(TaskChange.id).where(
        TaskChange.batch_id == batch.id,
        TaskChange.task_id.is_not(None),
        TaskChange.before.is_(None),
    )
    return select(births.exists())


def count_undone(batch: Batch, tasks: FromClause) -> ColumnElement[int]:
    """Take back what `batch` undoes of `tasks` (id, version, created_at), and count them.

    In a transaction that has the lock of `restorations`.
    """
    # There is one for each task. The LIMIT keeps PostgreSQL, while it knows little of the history,
    # from reading all of it for each chunk.
    change = (
        select(
            TaskChange.id.label("change_id"),
            TaskChange.version.label("change_version"),
            TaskChange.before,
            TaskChange.after,
        )
        .where(is_change_of(batch.undoes, tasks, TaskChange))
        .order_by(TaskChange.task_id.desc(), TaskChange.id.desc())
        .limit(1)
        .lateral("change")
    )
    given = select(*tasks.c, *change.c).select_from(tasks.join(change, true())).cte("undone")
    locked = (
        select(Task.id, given.c.before, given.c.after)
        .select_from(given.join(Task, is_as_seen(given)))
        .order_by(Task.id)
        .with_for_update(of=Task)
        .cte("locked")
    )
    parts = (_put_back(locked), _delete_again(locked), _restore(given))
    counts = [select(func.count()).select_from(part).scalar_subquery() for part in parts]
    return counts[0] + counts[1] + counts[2]


def _put_back(locked: CTE) -> CTE:
    before, after = locked.c.before, locked.c.after
    was_or_became = before.has_key("result") | after.has_key("result")
    return (
        update(_TASKS)
        .values(
            status=case((before.has_key("status"), _read_status(before)), else_=_TASKS.c.status),
            filename=case(
                (before.has_key("filename"), before["filename"].astext), else_=_TASKS.c.filename
            ),
            # What had no result before has no such key.
            result=case((was_or_became, before["result"]), else_=_TASKS.c.result),
        )
        .where(_TASKS.c.id == locked.c.id, before.is_not(None), after.is_not(None))
        .returning(_TASKS.c.id)
        .cte("put_back")
    )


def _delete_again(locked: CTE) -> CTE:
    return (
        delete(_TASKS)
        .where(_TASKS.c.id == locked.c.id, locked.c.before.is_(None))
        .returning(_TASKS.c.id)
        .cte("deleted_again")
    )


def _restore(given: CTE) -> CTE:
    values = {
        "id": given.c.id,
        "status": _read_status(given.c.before),
        "filename": given.c.before["filename"].astext,
        "result": given.c.before["result"],
        "created_at": given.c.created_at,
        "version": given.c.version + 1,
    }
    rows = (
        select(*values.values())
        .where(
            given.c.after.is_(None),
            # Not what the dry run found to be beyond taking back; see `insert_batch`.
            given.c.version == given.c.change_version,
            ~came_back(given.c.id, given.c.created_at, given.c.change_id),
        )
        .order_by(given.c.id)
    )
    return (
        insert_or_skip(_TASKS)
        .from_select(list(values), rows)
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(_TASKS.c.id)
        .cte("restored")
    )


def _measure(side: Any) -> ColumnElement[int]:
    return func.coalesce(func.pg_column_size(side), 0)


def _read_status(before: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(before["status"].astext, _TASKS.c.status.type)
