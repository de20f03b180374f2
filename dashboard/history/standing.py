"""How a task stands to a change of it that somebody wants to take back."""

from enum import StrEnum

from dashboard.desk import Desk
from dashboard.history.reversal import is_as_left, is_undone
from dashboard.tasks import get_task
from vision_tasks.changes import ChangeRecord
from vision_tasks.errors import TaskNotFoundError
from vision_tasks.reversal_queries import select_last_number


class Standing(StrEnum):
    """What can be done about a change now; of a deletion READY, BACK, TAKEN or DELETED_AGAIN."""

    READY = "ready"
    CHANGED = "changed"
    DONE = "done"
    GONE = "gone"
    BACK = "back"
    TAKEN = "taken"
    DELETED_AGAIN = "deleted again"
    BARRED = "barred"

    @property
    def is_refusal(self) -> bool:
        """Whether it cannot be taken back, now or ever."""
        return self not in (Standing.READY, Standing.CHANGED)


def find_standing(desk: Desk, change: ChangeRecord) -> Standing:
    """Look how the task of `change` is now."""
    if change.task_id is None or change.find_obstacle() is not None:
        return Standing.BARRED
    try:
        task = get_task(desk, change.task_id)
    except TaskNotFoundError:
        return _find_standing_of_gone(desk, change)
    if change.is_deletion:
        return Standing.BACK if task.created_at == change.born_at else Standing.TAKEN
    if is_as_left(change, task):
        return Standing.READY
    max_bytes = desk.settings.MAX_BODY_BYTES
    return Standing.DONE if is_undone(change, task, max_bytes=max_bytes) else Standing.CHANGED


def _find_standing_of_gone(desk: Desk, change: ChangeRecord) -> Standing:
    if not change.is_deletion:
        return Standing.GONE
    with desk.begin() as connection:
        last = connection.execute(select_last_number(change)).scalar_one_or_none()
    return Standing.READY if last == change.id else Standing.DELETED_AGAIN
