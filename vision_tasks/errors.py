"""The errors of the domain: each has a stable code and says what to do."""

from typing import ClassVar
from uuid import UUID

from vision_tasks.lifecycle import Status, UnknownStatus, legal_targets
from vision_tasks.sentences import Sentence, either, plain, sentence, verbatim


class VisionTasksError(Exception):
    """The root of all errors raised on purpose; `code` never changes once released."""

    code: ClassVar[str] = "error"


class ConfigurationError(VisionTasksError):
    """A setting is missing or cannot be used; the message names it and the fix."""

    code = "configuration"


class InvalidFieldError(VisionTasksError):
    """One field of the input cannot be accepted.

    `field` is the name the sender used, `reason` a clause that completes "<field> …"; what it is
    made with, a Sentence for one, is the value `reason` of `text`.
    """

    code = "invalid_field"

    def __init__(self, field: str, reason: str) -> None:
        self.text: Sentence = sentence("%(field)s %(reason)s", field=verbatim(field), reason=reason)
        super().__init__(self.text)
        self.field = field
        self.reason = plain(reason)


class MalformedDocumentError(InvalidFieldError):
    """The field is no JSON text at all, whatever it was meant to say."""

    code = "malformed_document"


class TaskNotFoundError(VisionTasksError):
    """No task has this id (any more)."""

    code = "task_not_found"

    def __init__(self, task_id: object) -> None:
        super().__init__(sentence("There is no task %(id)s; it may have been deleted.", id=task_id))


class TaskExistsError(VisionTasksError):
    """The client's own id is taken by a task with other content."""

    code = "task_exists"

    def __init__(self, task_id: UUID) -> None:
        super().__init__(
            sentence(
                "Task %(id)s exists with another filename; use a new id, or PATCH this one.",
                id=task_id,
            )
        )


class StaleVersionError(VisionTasksError):
    """The task has changed since the caller read it; nothing was written."""

    code = "stale_version"

    def __init__(self, task_id: UUID, current_version: int) -> None:
        super().__init__(
            sentence(
                "Task %(id)s has changed since you read it and is at version %(version)s now; read"
                " it again and decide.",
                id=task_id,
                version=current_version,
            )
        )
        self.current_version = current_version


class IllegalMoveError(VisionTasksError):
    """The status cannot go from `source` to `target`; nothing was written."""

    code = "illegal_move"

    def __init__(self, source: Status, target: Status) -> None:
        statuses = {"source": verbatim(source), "target": verbatim(target)}
        if isinstance(source, UnknownStatus):
            text = sentence(
                "A task that is %(source)s cannot become %(target)s here: only a newer version of"
                " this program knows what may follow.",
                **statuses,
            )
        else:
            text = sentence(
                "A task that is %(source)s cannot become %(target)s, only %(targets)s.",
                targets=either(move.target for move in legal_targets(source)),
                **statuses,
            )
        super().__init__(text)
        self.source = source
        self.target = target


class PasswordsBusyError(VisionTasksError):
    """As many passwords are being hashed and checked as may; this one was not looked at."""

    code = "passwords_busy"

    def __init__(self) -> None:
        super().__init__(
            sentence(
                "Too many passwords are being checked just now, and yours was not looked at; try"
                " again shortly."
            )
        )


class DatabaseUnavailableError(VisionTasksError):
    """PostgreSQL cannot be reached or takes no writes now; trying again later is safe advice."""

    code = "database_unavailable"

    def __init__(self) -> None:
        super().__init__(
            sentence("The database cannot be reached at the moment; try again shortly.")
        )


class DatabaseTimeoutError(VisionTasksError):
    """A statement or a wait for a lock took longer than its limit and was ended."""

    code = "database_timeout"

    def __init__(self) -> None:
        super().__init__(
            sentence("The database took too long over this; try again, or ask for less.")
        )


class DatabaseRefusedError(VisionTasksError):
    """The database refuses the credentials, the database name or the schema we expect."""

    code = "database_refused"
