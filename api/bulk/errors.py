"""What can be wrong with a bulk request alone."""

from collections.abc import Sequence

from api.bulk.payloads import LineProblem
from api.errors import OverloadedError
from vision_tasks.errors import InvalidFieldError, TaskExistsError, VisionTasksError
from vision_tasks.schema_check.errors import TemporaryRightError


class InvalidLinesError(InvalidFieldError):
    """Lines of a body cannot be accepted, so nothing of it was stored; there is at least one."""

    def __init__(self, problems: Sequence[LineProblem]) -> None:
        first = problems[0]
        super().__init__(first.field, first.reason)
        self.args = (f"Line {first.line}: {first.field} {first.reason} Nothing was stored.",)
        self.problems = problems


class TaskIdTakenError(TaskExistsError):
    """An id of a body belongs to a task already, so nothing of it was stored."""

    def __init__(self, task_id: str) -> None:
        VisionTasksError.__init__(
            self, f"Task {task_id} is there already, or twice in the body. Nothing was stored."
        )


class FirstUnderWayError(OverloadedError):
    """A request is a repeat of one that has not ended, and has waited for it long enough."""

    def __init__(self) -> None:
        VisionTasksError.__init__(
            self,
            "The first request under this Idempotency-Key is at work still; try again shortly for"
            " its answer.",
        )


class StagingRightError(TemporaryRightError):
    """The role may not make the temporary table that bodies with ids go through, if lenient."""

    def __init__(self) -> None:
        VisionTasksError.__init__(
            self,
            "A bulk request with handling=lenient and ids of its own goes through a temporary"
            " table, which this role may not make: run `GRANT TEMPORARY ON DATABASE … TO …`.",
        )
