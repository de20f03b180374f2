"""What can stop an action on many tasks; what was done before stays done."""

from vision_tasks.errors import VisionTasksError
from vision_tasks.sentences import Amount, sentence


class BatchNotFoundError(VisionTasksError):
    """No batch has this id; one that nobody started is removed after a while."""

    code = "batch_not_found"

    def __init__(self, batch_id: object) -> None:
        super().__init__(
            sentence(
                "There is no action %(id)s on many tasks. If nobody started it, it was removed.",
                id=batch_id,
            )
        )


class TooManyTasksError(VisionTasksError):
    """More tasks match than one action may be about."""

    code = "too_many_tasks"

    def __init__(self, limit: int) -> None:
        super().__init__(
            sentence(
                "More than %(most)s tasks match, which is more than one action may be about"
                " (BULK_MAX_TASKS). Narrow the filter, by date for one.",
                most=Amount(limit),
            )
        )


class UnknownBulkActionError(VisionTasksError):
    """The form does not say what to do, or to which tasks."""

    code = "unknown_bulk_action"

    def __init__(self) -> None:
        super().__init__(
            sentence(
                "It is not clear what shall be done to which tasks. Go back to the list and choose"
                " again."
            )
        )


class BatchBusyError(VisionTasksError):
    """Somebody else holds a task of each chunk that is left, in transactions that do not end."""

    code = "batch_busy"

    def __init__(self) -> None:
        super().__init__(
            sentence(
                "Somebody else is at work on tasks that are left, so these wait. What is done stays"
                " done; go on in a moment."
            )
        )


class UnusableFilterError(VisionTasksError):
    """The filter of a form cannot be read; what is wrong with it is said as on the list."""

    code = "unusable_filter"
