"""Who may do what on the desk; a host decides, and where nobody decided nobody may."""

from enum import StrEnum
from typing import Protocol

from flask.typing import ResponseReturnValue

from vision_tasks.errors import VisionTasksError
from vision_tasks.sentences import sentence


class Action(StrEnum):
    """What a person can ask of the desk; BULK is asked in addition to what is done in bulk."""

    SEE = "see"
    EXPORT = "export"
    CREATE = "create"
    EDIT = "edit"
    BULK = "bulk"
    UNDO = "undo"
    DELETE = "delete"
    FREE_MOVE = "free_move"
    KEYS = "keys"
    STAFF = "staff"


_DEEDS = {
    Action.SEE: sentence("see tasks"),
    Action.EXPORT: sentence("export tasks"),
    Action.CREATE: sentence("create tasks"),
    Action.EDIT: sentence("edit tasks"),
    Action.BULK: sentence("change many tasks at once"),
    Action.UNDO: sentence("undo changes of tasks"),
    Action.DELETE: sentence("delete tasks"),
    Action.FREE_MOVE: sentence("make moves of the status that are not legal"),
    Action.KEYS: sentence("manage keys of the API"),
    Action.STAFF: sentence("manage staff"),
}


class SupportsAllows(Protocol):
    """The least that an access contract must be."""

    def allows(self, action: Action) -> bool:
        """Tell whether whoever sent this request may do `action`."""
        ...


class Access:
    """The contract with a host, about the person of the current request; override what you need.

    Asked on the server, at each request. Only True is a yes.
    """

    def allows(self, action: Action) -> bool:  # noqa: ARG002
        """Tell whether whoever sent this request may do `action`."""
        return False

    def refuse(self, action: Action) -> ResponseReturnValue | None:  # noqa: ARG002
        """Answer whoever may not do `action`, with a redirect to the login for one.

        None stands for the desk's own page, with status 403.
        """
        return None

    def get_actor(self) -> str | None:
        """Name whoever sent this request, for the history: an address of mail, a login name.

        None stands for somebody unknown.
        """
        return None


class EveryoneAllowed(Access):
    """Allows everything to whoever can reach the server; fit for loopback only."""

    def allows(self, action: Action) -> bool:  # noqa: ARG002
        """Allow."""
        return True


class AccessDeniedError(VisionTasksError):
    """The person of this request may not do `action`; nothing was done."""

    code = "access_denied"

    def __init__(self, action: Action) -> None:
        super().__init__(
            sentence(
                "You may not %(deed)s here. Whoever runs this desk can let you do so.",
                deed=_DEEDS[action],
            )
        )
        self.action = action
