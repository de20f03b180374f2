"""How single values in the address of the list are read; each raises InvalidFieldError."""

import re
from uuid import UUID

from vision_tasks.errors import InvalidFieldError
from vision_tasks.filenames import check_label
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.models import FILENAME_MAX_CHARACTERS
from vision_tasks.records import IdRange, Order
from vision_tasks.sentences import sentence

PAGE_SIZES = (20, 50, 100, 200)
SORTS = {"created": Order.CREATED, "updated": Order.UPDATED}
LEAST_ID_CHARACTERS = 4
"""Of ten million ids some hundred and fifty begin with the same so many."""

_TASK_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ID_CHARACTERS = 32
_ID_BEGINNING = re.compile(rf"[0-9a-f]{{{LEAST_ID_CHARACTERS},{_ID_CHARACTERS}}}")


def parse_status(text: str) -> TaskStatus:
    """Read a status."""
    try:
        return TaskStatus(text)
    except ValueError:
        raise InvalidFieldError(
            "status", sentence("is one of %(values)s.", values=", ".join(TaskStatus))
        ) from None


def parse_sort(text: str) -> Order:
    """Read what the list is ordered by."""
    if text not in SORTS:
        raise InvalidFieldError("sort", sentence("is one of %(values)s.", values=", ".join(SORTS)))
    return SORTS[text]


def parse_page_size(text: str) -> int:
    """Read how many tasks a page has."""
    sizes = list(map(str, PAGE_SIZES))
    if text not in sizes:
        raise InvalidFieldError(
            "page_size", sentence("is one of %(values)s.", values=", ".join(sizes))
        )
    return int(text)


def parse_search(text: str) -> str | UUID:
    """Read a part of a filename, or a whole id."""
    if len(text) > FILENAME_MAX_CHARACTERS:
        raise InvalidFieldError(
            "search",
            sentence(
                "has %(length)s characters; at most %(most)s can match.",
                length=f"{len(text):,}",
                most=FILENAME_MAX_CHARACTERS,
            ),
        )
    check_label(text, "search")
    return UUID(text) if _TASK_ID.fullmatch(text) else text


def is_id_beginning(text: str) -> bool:
    """Tell whether a text could be the beginning of an id."""
    return _ID_BEGINNING.fullmatch(text.replace("-", "").lower()) is not None


def parse_id_beginning(text: str) -> IdRange:
    """Read an id or its beginning, with or without hyphens."""
    if not is_id_beginning(text):
        raise InvalidFieldError(
            "id",
            sentence(
                "is an id or its beginning: at least %(least)s of the digits 0 to 9 and a to f.",
                least=LEAST_ID_CHARACTERS,
            ),
        )
    digits = text.replace("-", "").lower()
    first, last = (UUID(digits.ljust(_ID_CHARACTERS, digit)) for digit in "0f")
    return IdRange(first, last)
