"""What can be wrong with a key that somebody wants to make, rotate or revoke."""

from vision_tasks.errors import VisionTasksError
from vision_tasks.sentences import sentence, verbatim


class ApiKeyNotFoundError(VisionTasksError):
    """No key ever had this name."""

    code = "api_key_not_found"

    def __init__(self, name: str) -> None:
        super().__init__(sentence("There is no key %(name)s.", name=ascii(name)))


class ApiKeyExistsError(VisionTasksError):
    """The name belongs to another key, which may have ended long ago; the history names it."""

    code = "api_key_exists"

    def __init__(self, name: str) -> None:
        super().__init__(
            sentence(
                "There is a key %(name)s already, and a name is used only once. Choose another, or"
                " rotate that key if its secret is lost.",
                name=name,
            )
        )


class ApiKeyEndedError(VisionTasksError):
    """The key is revoked or has expired, for good."""

    code = "api_key_ended"

    def __init__(self, name: str, state: str) -> None:
        super().__init__(
            sentence(
                "The key %(name)s is %(state)s already; nothing was done.",
                name=name,
                state=verbatim(state),
            )
        )


class ApiKeyChangedError(VisionTasksError):
    """The key was rotated since somebody looked; nothing was done."""

    code = "api_key_changed"

    def __init__(self, name: str) -> None:
        super().__init__(
            sentence(
                "The key %(name)s was rotated meanwhile, by somebody else or by this very form, and"
                " nothing more was done. The secret that was shown then is the one in force; rotate"
                " once more if nobody has it.",
                name=name,
            )
        )
