"""What people type into the fields of a task, read and checked before anything is written."""

from vision_tasks.documents import parse_document
from vision_tasks.errors import IllegalMoveError, InvalidFieldError
from vision_tasks.lifecycle import Status, TaskStatus, is_legal, legal_targets


def read_text(submitted: str) -> str:
    """Undo what a browser does to the line ends of a text area."""
    return submitted.replace("\r\n", "\n").replace("\r", "\n")


def remove_line_breaks(filename: str) -> str:
    """Do what a browser does to the value of a one-line field."""
    return filename.replace("\r", "").replace("\n", "")


def check_status(typed: str, present: Status) -> TaskStatus:
    """Read a status to which a task that is `present` may go; raises InvalidFieldError."""
    try:
        status = TaskStatus(typed)
    except ValueError:
        raise InvalidFieldError("status", f"is one of {', '.join(TaskStatus)}.") from None
    if not is_legal(present, status):
        raise InvalidFieldError("status", f"cannot change so. {explain_move(present, status)}")
    return status


def explain_move(source: Status, target: Status) -> str:
    """Say why a task may not go from `source` to `target`, and where it may go."""
    return str(IllegalMoveError(source, target))


def check_result(typed: str, *, max_bytes: int) -> str | None:
    """Read JSON text, kept as it was typed, or None for a blank; raises InvalidFieldError."""
    if not typed.strip():
        return None
    size = len(typed.encode())
    if size > max_bytes:
        raise InvalidFieldError(
            "result", f"has {size:,} bytes; at most {max_bytes:,} are accepted here."
        )
    parse_document(typed, "result")
    return typed


def list_choices(present: Status) -> list[tuple[Status, str]]:
    """List the statuses a form offers a task that is `present`: that one, then its moves."""
    choices: list[tuple[Status, str]] = [(present, f"{present} — as it is")]
    choices += [(move.target, f"{move.target} — {move.name}") for move in legal_targets(present)]
    return choices
