"""The query string of a list: known names only, each at most once, each checked."""

import re
from datetime import datetime
from urllib.parse import parse_qsl, quote, urlencode

from api.moments import parse_moment
from api.payloads import FIELD_RULES
from vision_tasks.errors import InvalidFieldError
from vision_tasks.filenames import check_label
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.models import FILENAME_MAX_CHARACTERS
from vision_tasks.records import TaskFilter

LIST_PARAMETERS = ("status", "filename", "created_from", "created_to", "limit", "cursor")
DEFAULT_LIMIT = 50
MAX_LIMIT = 200

_NUMBER = re.compile(r"[0-9]{1,6}")
_MAX_PARAMETERS = 50


def parse_query(query: str) -> dict[str, str]:
    """Take a query string apart; raises InvalidFieldError, naming the parameter."""
    try:
        pairs = parse_qsl(
            query, keep_blank_values=True, errors="strict", max_num_fields=_MAX_PARAMETERS
        )
    except ValueError:
        raise InvalidFieldError(
            "query", f"must be percent-encoded UTF-8 of at most {_MAX_PARAMETERS} parameters."
        ) from None
    values: dict[str, str] = {}
    for name, value in pairs:
        if name not in LIST_PARAMETERS:
            raise InvalidFieldError(
                name[:50], f"is no parameter of this list; send {', '.join(LIST_PARAMETERS)}."
            )
        if name in values:
            raise InvalidFieldError(name, "is given twice; give it once.")
        values[name] = value
    return values


def format_query(values: dict[str, str]) -> str:
    """Write a query string in which nothing can end a header or a URL early."""
    return urlencode(values, quote_via=quote, safe="")


def read_filter(values: dict[str, str]) -> TaskFilter:
    """Read what the list is narrowed to; raises InvalidFieldError."""
    return TaskFilter(
        status=_read_status(values["status"]) if "status" in values else None,
        filename=_read_filename(values["filename"]) if "filename" in values else None,
        created_from=_read_moment(values, "created_from"),
        created_to=_read_moment(values, "created_to"),
    )


def read_limit(values: dict[str, str]) -> int:
    """Read how many tasks to list, 1 to MAX_LIMIT; raises InvalidFieldError."""
    text = values.get("limit", str(DEFAULT_LIMIT))
    limit = int(text) if _NUMBER.fullmatch(text) else 0
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidFieldError("limit", f"must be a whole number from 1 to {MAX_LIMIT}.")
    return limit


def _read_status(text: str) -> TaskStatus:
    try:
        return TaskStatus(text)
    except ValueError:
        raise InvalidFieldError("status", FIELD_RULES["status"]) from None


def _read_moment(values: dict[str, str], name: str) -> datetime | None:
    return parse_moment(values[name], name) if name in values else None


def _read_filename(text: str) -> str:
    if not 1 <= len(text) <= FILENAME_MAX_CHARACTERS:
        raise InvalidFieldError(
            "filename", f"must have 1 to {FILENAME_MAX_CHARACTERS} characters to look for."
        )
    check_label(text, "filename")
    return text
