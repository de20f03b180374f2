"""What the address of the list says: filters, page size and position, read strictly."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self, TypeVar
from uuid import UUID

from werkzeug.datastructures import MultiDict

from dashboard.days import end_of, parse_day, start_of
from dashboard.positions import parse_position
from vision_tasks.errors import InvalidFieldError
from vision_tasks.filenames import check_label
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.models import FILENAME_MAX_CHARACTERS
from vision_tasks.records import Position, TaskFilter

PAGE_SIZES = (20, 50, 100, 200)
FILTERS = ("status", "created_from", "created_to", "search")
NAMES = (*FILTERS, "page_size", "older_than", "newer_than")

_TASK_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

T = TypeVar("T")


@dataclass
class ListParameters:
    """The list a person asked for; `given` is what they wrote, `errors` are sentences by name."""

    given: dict[str, str]
    task_filter: TaskFilter = field(default_factory=TaskFilter)
    page_size: int = PAGE_SIZES[0]
    position: Position | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, arguments: MultiDict[str, str]) -> Self:
        """Read the query of a URL; what is unknown is ignored, what is wrong is in `errors`."""
        parameters = cls({name: arguments[name].strip() for name in NAMES if name in arguments})
        for name in parameters.given:
            if len(arguments.getlist(name)) > 1:
                parameters.errors[name] = f"{name} is given more than once."
        read = parameters._read
        status = read("status", _parse_status)
        first = read("created_from", lambda text: parse_day(text, "created_from"))
        last = read("created_to", lambda text: parse_day(text, "created_to"))
        if first and last and first > last:
            parameters.errors["created_from"] = "created_from is later than created_to."
        search = read("search", _parse_search)
        parameters.task_filter = TaskFilter(
            status=status,
            filename=search if isinstance(search, str) else None,
            task_id=search if isinstance(search, UUID) else None,
            created_from=start_of(first),
            created_to=end_of(last),
        )
        parameters.page_size = read("page_size", _parse_page_size) or PAGE_SIZES[0]
        older = read("older_than", lambda text: parse_position(text, "older_than"))
        newer = read("newer_than", lambda text: parse_position(text, "newer_than", backward=True))
        if older and newer:
            parameters.errors["older_than"] = "older_than and newer_than exclude each other."
        parameters.position = older or newer
        return parameters

    @property
    def filters(self) -> dict[str, str]:
        """The filters in force, as they were written."""
        return {name: self.given[name] for name in FILTERS if self.given.get(name)}

    def query(self, **changes: str | None) -> dict[str, str]:
        """Write the query of a neighbouring list; a position is kept only if given anew."""
        kept = {"page_size": str(self.page_size)} if self.page_size != PAGE_SIZES[0] else {}
        query: dict[str, str | None] = {**self.filters, **kept, **changes}
        return {name: value for name, value in query.items() if value}

    def _read(self, name: str, parse: Callable[[str], T]) -> T | None:
        if not self.given.get(name):
            return None
        try:
            return parse(self.given[name])
        except InvalidFieldError as exc:
            self.errors.setdefault(name, str(exc))
            return None


def _parse_status(text: str) -> TaskStatus:
    try:
        return TaskStatus(text)
    except ValueError:
        raise InvalidFieldError("status", f"is one of {', '.join(TaskStatus)}.") from None


def _parse_page_size(text: str) -> int:
    if text not in map(str, PAGE_SIZES):
        raise InvalidFieldError("page_size", f"is one of {', '.join(map(str, PAGE_SIZES))}.")
    return int(text)


def _parse_search(text: str) -> str | UUID:
    if len(text) > FILENAME_MAX_CHARACTERS:
        raise InvalidFieldError(
            "search", f"has {len(text):,} characters; at most {FILENAME_MAX_CHARACTERS} can match."
        )
    check_label(text, "search")
    return UUID(text) if _TASK_ID.fullmatch(text) else text
