"""What can go wrong at the desk only; each stops before anything is written."""

from click import ClickException

from vision_tasks.errors import ConfigurationError, VisionTasksError
from vision_tasks.records import TaskRecord
from vision_tasks.sentences import sentence, sentences


class DamagedFormError(VisionTasksError):
    """A hidden field of a form is missing or was altered, so nothing can be concluded from it."""

    code = "damaged_form"

    def __init__(self) -> None:
        super().__init__(
            sentence(
                "This form arrived incomplete and nothing was saved. Open the task again, and copy"
                " over what you typed."
            )
        )


class ForeignFormError(VisionTasksError):
    """A form was sent from a page of another site."""

    code = "foreign_form"

    def __init__(self) -> None:
        super().__init__(sentence("This was sent by a page of another site, so nothing was saved."))


class TaskChangedError(VisionTasksError):
    """The task is not what a form was opened on any more."""

    code = "task_changed"

    def __init__(self, task: TaskRecord) -> None:
        super().__init__(sentence("The task was changed by somebody else meanwhile."))
        self.task = task


class TaskInUseError(VisionTasksError):
    """A row of another table refers to the task, which therefore cannot be deleted."""

    code = "task_in_use"

    def __init__(self) -> None:
        super().__init__(
            sentence(
                "Something else in the database still refers to this task, so it was not deleted."
                " It can be deleted once that is gone."
            )
        )


class TicksError(VisionTasksError):
    """It cannot be concluded which tasks were ticked, or they are too many; nothing was done."""

    code = "ticks"


class TooSoonError(VisionTasksError):
    """Too many tries to sign in have failed of late; this one was not looked at."""

    code = "too_soon"

    def __init__(self, seconds: int) -> None:
        super().__init__(
            sentences(
                "Too many tries have failed. The next one can be made in %(num)s second.",
                "Too many tries have failed. The next one can be made in %(num)s seconds.",
                num=seconds,
            )
        )
        self.retry_after_seconds = seconds


class ExportsBusyError(VisionTasksError):
    """As many exports are running as may; each holds a connection to the database."""

    code = "exports_busy"

    def __init__(self) -> None:
        super().__init__(
            sentence("Other exports are still running; try again when one of them is done.")
        )


class ChangeNotFoundError(VisionTasksError):
    """The history has no row of this number."""

    code = "change_not_found"

    def __init__(self, change_id: object) -> None:
        super().__init__(sentence("The history has no change %(id)s.", id=change_id))


class SetUpError(ConfigurationError, ClickException):
    """The desk cannot join the app; the `flask` command prints it as the one line it is."""
