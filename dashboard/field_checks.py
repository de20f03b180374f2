"""What people type into the fields of a task, read and checked before anything is written."""

from collections.abc import Collection

from dashboard.causes import Cause
from vision_tasks.documents import parse_document
from vision_tasks.errors import IllegalMoveError, InvalidFieldError
from vision_tasks.lifecycle import (
    Status,
    TaskStatus,
    UnknownStatus,
    is_legal,
    legal_targets,
)
from vision_tasks.reasons import check_reason
from vision_tasks.sentences import Amount, listed, sentence, verbatim


def read_text(submitted: str) -> str:
    """Undo what a browser does to the line ends of a text area."""
    return submitted.replace("\r\n", "\n").replace("\r", "\n")


def remove_line_breaks(filename: str) -> str:
    """Do what a browser does to the value of a one-line field."""
    return filename.replace("\r", "").replace("\n", "")


def check_status(
    typed: str, present: Status, *, free_targets: Collection[Status] = ()
) -> TaskStatus:
    """Read a status to which a task that is `present` may go; raises InvalidFieldError.

    To `free_targets` it may go though the move is not legal.
    """
    try:
        status = TaskStatus(typed)
    except ValueError:
        raise InvalidFieldError(
            "status", sentence("is one of %(choices)s.", choices=listed(TaskStatus))
        ) from None
    if not is_legal(present, status) and status not in free_targets:
        raise InvalidFieldError(
            "status", sentence("cannot change so. %(why)s", why=explain_move(present, status))
        )
    return status


def explain_move(source: Status, target: Status) -> str:
    """Say why a task may not go from `source` to `target`, and where it may go."""
    return str(IllegalMoveError(source, target))


def list_free_targets(present: Status) -> list[TaskStatus]:
    """List where a task that is `present` can only be brought by a move that is not legal."""
    if isinstance(present, UnknownStatus):
        return []
    return [status for status in TaskStatus if not is_legal(present, status)]


def check_cause(typed: str, present: Status, status: Status, *, undone: int | None = None) -> Cause:
    """Read the reason of a write that brings a task from `present` to `status`.

    Raises InvalidFieldError where a move that is not legal lacks one. Where the change numbered
    `undone` is taken back, the reason has its own words.
    """
    action, reason = None, check_reason(typed)
    if undone is not None:
        action, reason = "undo", reason or format_undo_reason(undone)
    if isinstance(present, UnknownStatus) or is_legal(present, status):
        return Cause(action, reason)
    if reason is None:
        raise InvalidFieldError(
            "reason",
            sentence(
                "is needed to make a task that is %(present)s %(wanted)s: say why.",
                present=verbatim(present),
                wanted=verbatim(status),
            ),
        )
    return Cause(action, reason, free_from=present)


def format_undo_reason(change_id: int) -> str:
    """Say why, where nobody gave a reason to take a change back."""
    return f"Undo of change {change_id}"


def check_result(typed: str, *, max_bytes: int) -> str | None:
    """Read JSON text, kept as it was typed, or None for a blank; raises InvalidFieldError."""
    if not typed.strip():
        return None
    size = len(typed.encode())
    if size > max_bytes:
        raise InvalidFieldError(
            "result",
            sentence(
                "has %(size)s bytes; at most %(most)s are accepted here.",
                size=Amount(size),
                most=Amount(max_bytes),
            ),
        )
    parse_document(typed, "result")
    return typed


def list_choices(present: Status) -> list[tuple[Status, str]]:
    """List the statuses a form offers a task that is `present`: that one, then its moves."""
    as_it_is = sentence("%(status)s — as it is", status=verbatim(present))
    moves = [
        (
            move.target,
            sentence(
                "%(status)s — %(move)s", status=verbatim(move.target), move=verbatim(move.name)
            ),
        )
        for move in legal_targets(present)
    ]
    return [(present, as_it_is), *moves]
