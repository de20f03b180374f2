"""What a change that is taken back would make of its task, as it is now."""

from dataclasses import replace
from uuid import UUID

from dashboard.desk import Desk
from dashboard.errors import ChangeNotFoundError, DamagedFormError
from dashboard.history.reading import get_change
from dashboard.snapshot import Snapshot, hold_alike, take_snapshot
from vision_tasks.changes import ChangeRecord, Side
from vision_tasks.lifecycle import Status, TaskStatus, read_status
from vision_tasks.records import TaskRecord


def get_undone_change(desk: Desk, change_id: int, task_id: UUID) -> ChangeRecord:
    """Read the change of that task which a form takes back; raises DamagedFormError."""
    try:
        change = get_change(desk, change_id, characters=1)
    except ChangeNotFoundError:
        raise DamagedFormError from None
    if change.task_id != task_id or not change.is_change or change.find_obstacle() is not None:
        raise DamagedFormError
    return change


def list_reversals(change: ChangeRecord, present: Status) -> list[TaskStatus]:
    """List where a task that is `present` may go, legal or not, to take `change` back."""
    was, became = _status_of(change.before), _status_of(change.after)
    return [was] if became == present and isinstance(was, TaskStatus) else []


def lay_out(change: ChangeRecord, task: TaskRecord, *, max_bytes: int) -> tuple[Snapshot, Snapshot]:
    """Return the task as `change` left it and as it would be without; both else as it is now."""
    left, undone = (
        take_snapshot(_apply(change, side, task), max_bytes=max_bytes)
        for side in (change.after, change.before)
    )
    return left, undone


def is_undone(change: ChangeRecord, task: TaskRecord, *, max_bytes: int) -> bool:
    """Tell whether `task` holds just what it held before `change`, in the fields of that."""
    _left, undone = lay_out(change, task, max_bytes=max_bytes)
    now = take_snapshot(task, max_bytes=max_bytes)
    return all(hold_alike(now, undone, name) for name in ("status", "filename", "result"))


def is_as_left(change: ChangeRecord, task: TaskRecord) -> bool:
    """Tell whether nothing has changed `task` since `change`."""
    return (task.version, task.created_at) == (change.version, change.born_at)


def _apply(change: ChangeRecord, side: Side | None, task: TaskRecord) -> TaskRecord:
    if side is None:
        return task
    status, filename = side.values.get("status"), side.values.get("filename")
    return replace(
        task,
        status=task.status if status is None else read_status(str(status)),
        filename=task.filename if filename is None else str(filename),
        result=side.result if "result" in change.fields else task.result,
    )


def _status_of(side: Side | None) -> Status | None:
    status = None if side is None else side.values.get("status")
    return None if status is None else read_status(str(status))
