"""Why a task is written, and by which right, as the history will say."""

from dataclasses import dataclass

from vision_tasks.lifecycle import TaskStatus


@dataclass(frozen=True, slots=True)
class Cause:
    """What goes with one write; `action` None stands for what the statement is.

    `free_from` is the status out of which a move that is not legal is to be made, with a `reason`:
    it is made out of no other. None where the move is legal, or there is none.
    """

    action: str | None = None
    reason: str | None = None
    free_from: TaskStatus | None = None
