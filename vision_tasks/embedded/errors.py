"""The error of the embedded PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager

from vision_tasks.errors import VisionTasksError


class EmbeddedError(VisionTasksError):
    """The embedded PostgreSQL cannot be used.

    `problem` is one sentence of what is wrong, `remedy` one of what to do about it.
    """

    code = "embedded_database"

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem = problem
        self.remedy = remedy

    def __reduce__(self) -> tuple[type["EmbeddedError"], tuple[str, str]]:
        return type(self), (self.problem, self.remedy)


@contextmanager
def explain_os_errors() -> Iterator[None]:
    """Raise EmbeddedError for what the file system refuses: rights, room, form of the path."""
    try:
        yield
    except OSError as exc:
        raise EmbeddedError(
            f"The embedded database cannot use {exc.filename or 'its directory'}: {exc.strerror}.",
            "Put that right, or set VISION_TASKS_DATA_DIR to a directory that this user may write.",
        ) from exc
