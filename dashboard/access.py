"""Who may do what on the desk; a host decides, and where nobody decided nobody may."""

from enum import StrEnum
from typing import Protocol

from vision_tasks.errors import VisionTasksError


class Action(StrEnum):
    """What a person can ask of the desk."""

    SEE = "see"
    CREATE = "create"
    EDIT = "edit"
    DELETE = "delete"


class Access(Protocol):
    """Decides for the person of the current request; asked on the server, once per action."""

    def allows(self, action: Action) -> bool:
        """Tell whether whoever sent this request may do `action`."""
        ...


class NobodyAllowed:
    """Refuses everything: what holds until a host has said who may do what."""

    def allows(self, action: Action) -> bool:  # noqa: ARG002
        """Refuse."""
        return False


class EveryoneAllowed:
    """Allows everything to whoever can reach the server; fit for loopback only."""

    def allows(self, action: Action) -> bool:  # noqa: ARG002
        """Allow."""
        return True


class AccessDeniedError(VisionTasksError):
    """The person of this request may not do `action`; nothing was done."""

    code = "access_denied"

    def __init__(self, action: Action) -> None:
        super().__init__(
            f"You may not {action} tasks here. Whoever runs this desk can let you do so."
        )
        self.action = action
