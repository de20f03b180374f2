"""What one line says: a task to send, or why it is none."""

from typing import Any, NamedTuple
from uuid import RFC_4122, UUID

from vision_tasks.documents import parse_document
from vision_tasks.errors import InvalidFieldError
from vision_tasks.filenames import check_filename
from vision_tasks.sending.lines import LINE_MAX_BYTES, Line

_FIELDS = ("filename", "id")
_NAME_CHARACTERS = 50
_RANDOM_VERSION = 4


class Wish(NamedTuple):
    """A task as a line asks for it; `id` is None where the line brings none."""

    line: Line
    filename: str
    id: str | None


class Rejection(NamedTuple):
    """Why a line became no task; `reason` completes "<field> …"."""

    line: Line
    field: str
    reason: str


def read_wish(line: Line, *, is_ndjson: bool) -> Wish | Rejection:
    """Read a line by the rules that the server has, too."""
    if line.source is None:
        return Rejection(line, "line", f"is longer than {LINE_MAX_BYTES:,} bytes.")
    try:
        if is_ndjson:
            filename, task_id = _read_object(parse_document(line.source, "line"))
        else:
            filename, task_id = _decode(line.source), None
        return Wish(line, check_filename(filename), task_id)
    except InvalidFieldError as exc:
        return Rejection(line, exc.field, exc.reason)


def _decode(source: bytes) -> str:
    try:
        return source.decode()
    except UnicodeDecodeError as exc:
        raise InvalidFieldError(
            "filename", f"is not UTF-8 (byte {exc.start + 1}), so it cannot be sent as it is."
        ) from None


def _read_object(value: Any) -> tuple[str, str | None]:
    if not isinstance(value, dict):
        raise InvalidFieldError("line", "must be a JSON object.")
    for name in value:
        if name not in _FIELDS:
            raise InvalidFieldError(
                name[:_NAME_CHARACTERS], f"cannot be set; send {', '.join(_FIELDS)}."
            )
    if "filename" not in value:
        raise InvalidFieldError("filename", "is missing.")
    if not isinstance(value["filename"], str):
        raise InvalidFieldError("filename", "must be a string.")
    return value["filename"], _read_id(value["id"]) if "id" in value else None


def _read_id(text: Any) -> str:
    try:
        task_id = UUID(text)
    except (ValueError, AttributeError, TypeError):
        task_id = None
    if (
        task_id is None
        or str(task_id) != text.lower()
        or task_id.version != _RANDOM_VERSION
        or task_id.variant != RFC_4122
    ):
        raise InvalidFieldError("id", "must be a random UUID (version 4).")
    return str(task_id)
