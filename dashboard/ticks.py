"""The rows of the list that a person ticked, each as the list showed it to them."""

from collections.abc import Sequence
from uuid import UUID

from dashboard.edition import Edition
from dashboard.errors import DamagedFormError, TicksError
from dashboard.formats import format_machine_moment
from dashboard.list_parameters import PAGE_SIZES
from vision_tasks.bulk_queries import SeenTask, TaskLine
from vision_tasks.records import TaskRecord
from vision_tasks.sentences import sentence

FIELD = "ticked"
MAX_TICKED = PAGE_SIZES[-1]

_DAMAGED = sentence(
    "The form arrived damaged, so nothing was done. Go back to the list and tick the tasks again."
)


def format_tick(task: TaskRecord | TaskLine | SeenTask) -> str:
    """Write the value of a checkbox: the task and its edition."""
    return f"{task.id}_{task.version}_{format_machine_moment(task.created_at)}"


def read_ticks(values: Sequence[str]) -> list[SeenTask]:
    """Read what `format_tick` wrote, each task once; raises TicksError."""
    if len(set(values)) > MAX_TICKED:
        raise TicksError(
            sentence(
                "At most %(most)s tasks can be ticked at once, so nothing was done. Tick fewer.",
                most=MAX_TICKED,
            )
        )
    ticked = {task.id: task for task in map(_read, dict.fromkeys(values))}
    if len(ticked) < len(set(values)):
        raise TicksError(_DAMAGED)
    return list(ticked.values())


def _read(value: str) -> SeenTask:
    parts = value.split("_")
    try:
        task_id, version, born_at = UUID(parts[0]), *parts[1:]
        edition = Edition.read({"version": version, "born_at": born_at})
    except (ValueError, DamagedFormError):
        raise TicksError(_DAMAGED) from None
    task = SeenTask(task_id, edition.version, edition.born_at)
    if format_tick(task) != value:
        raise TicksError(_DAMAGED)
    return task
