"""What can be wrong with a key that somebody wants to make, rotate or revoke."""

from vision_tasks.errors import VisionTasksError


class ApiKeyNotFoundError(VisionTasksError):
    """No key ever had this name."""

    code = "api_key_not_found"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no key {name!a}.")


class ApiKeyExistsError(VisionTasksError):
    """The name belongs to another key, which may have ended long ago; the history names it."""

    code = "api_key_exists"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is a key {name} already, and a name is used only once. Choose another, or"
            " rotate that key if its secret is lost."
        )


class ApiKeyEndedError(VisionTasksError):
    """The key is revoked or has expired, for good."""

    code = "api_key_ended"

    def __init__(self, name: str, state: str) -> None:
        super().__init__(f"The key {name} is {state} already; nothing was done.")


class ApiKeyChangedError(VisionTasksError):
    """The key was rotated since somebody looked; nothing was done."""

    code = "api_key_changed"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The key {name} was rotated meanwhile, by somebody else or by this very form, and"
            " nothing more was done. The secret that was shown then is the one in force; rotate"
            " once more if nobody has it."
        )
