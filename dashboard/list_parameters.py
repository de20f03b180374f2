"""What the address of the list says: filters, order, page size and position, read strictly."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Self, TypeVar
from uuid import UUID

from werkzeug.datastructures import MultiDict

from dashboard.days import end_of, parse_day, parse_zone, start_of
from dashboard.list_values import (
    PAGE_SIZES,
    parse_id_beginning,
    parse_page_size,
    parse_search,
    parse_sort,
    parse_status,
)
from dashboard.positions import parse_position
from vision_tasks.errors import InvalidFieldError
from vision_tasks.records import Order, Position, TaskFilter
from vision_tasks.result_conditions import parse_conditions
from vision_tasks.sentences import sentence, verbatim

__all__ = ["FILTERS", "NAMES", "PAGE_SIZES", "ListParameters"]

_DAYS = ("created_from", "created_to", "updated_from", "updated_to")
FILTERS = ("search", "id", "status", "result", *_DAYS, "zone")
NAMES = (*FILTERS, "sort", "page_size", "jump", "older_than", "newer_than")

# Before whatever was created at the very moment that a day ends.
_FIRST_ID = UUID(int=0)

T = TypeVar("T")


@dataclass
class ListParameters:
    """The list a person asked for; `given` is what they wrote, `faults` what is wrong by name."""

    given: dict[str, str]
    task_filter: TaskFilter = field(default_factory=TaskFilter)
    page_size: int = PAGE_SIZES[0]
    position: Position | None = None
    faults: dict[str, InvalidFieldError] = field(default_factory=dict)

    @classmethod
    def read(cls, arguments: MultiDict[str, str]) -> Self:
        """Read the query of a URL; what is unknown is ignored, what is wrong is in `faults`."""
        parameters = cls({name: arguments[name].strip() for name in NAMES if name in arguments})
        for name in parameters.given:
            if len(arguments.getlist(name)) > 1:
                parameters._blame(name, sentence("is given more than once."))
        zone = parameters._read("zone", lambda text: parse_zone(text, "zone")) or UTC
        parameters.task_filter = parameters._read_filter(zone)
        parameters.page_size = parameters._read("page_size", parse_page_size) or PAGE_SIZES[0]
        parameters.position = parameters._read_position(zone)
        return parameters

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong, in sentences by name."""
        return {name: str(fault) for name, fault in self.faults.items()}

    @property
    def filters(self) -> dict[str, str]:
        """The filters in force, as they were written."""
        filters = {name: self.given[name] for name in FILTERS if self.given.get(name)}
        if not filters.keys() & set(_DAYS):
            # Without a day it says nothing.
            filters.pop("zone", None)
        return filters

    def query(self, **changes: str | None) -> dict[str, str]:
        """Write the query of a neighbouring list; a position is kept only if given anew."""
        kept = {"page_size": str(self.page_size)} if self.page_size != PAGE_SIZES[0] else {}
        if self.given.get("sort"):
            kept["sort"] = self.given["sort"]
        query: dict[str, str | None] = {**self.filters, **kept, **changes}
        if not any(query.get(name) for name in _DAYS):
            query.pop("zone", None)
        return {name: value for name, value in query.items() if value}

    def _read_filter(self, zone: tzinfo) -> TaskFilter:
        search = self._read("search", parse_search)
        created = self._read_days("created_from", "created_to", zone)
        updated = self._read_days("updated_from", "updated_to", zone)
        order = self._read("sort", parse_sort)
        if order is None:
            # Whoever narrows by the last change, and by that alone, looks for what changed last.
            order = Order.UPDATED if any(updated) and not any(created) else Order.CREATED
        return TaskFilter(
            status=self._read("status", parse_status),
            filename=search if isinstance(search, str) else None,
            task_id=search if isinstance(search, UUID) else None,
            created_from=created[0],
            created_to=created[1],
            updated_from=updated[0],
            updated_to=updated[1],
            ids=self._read("id", parse_id_beginning),
            result=self._read("result", lambda text: parse_conditions(text, "result")) or (),
            order=order,
        )

    def _read_days(
        self, first_name: str, last_name: str, zone: tzinfo
    ) -> tuple[datetime | None, datetime | None]:
        first, last = self._read_day(first_name), self._read_day(last_name)
        if first and last and first > last:
            reason = sentence("is later than %(other)s.", other=verbatim(last_name))
            self._blame(first_name, reason)
        return start_of(first, zone), end_of(last, zone)

    def _read_day(self, name: str) -> date | None:
        return self._read(name, lambda text: parse_day(text, name))

    def _read_position(self, zone: tzinfo) -> Position | None:
        older = self._read("older_than", lambda text: parse_position(text, "older_than"))
        newer = self._read(
            "newer_than", lambda text: parse_position(text, "newer_than", backward=True)
        )
        day = end_of(self._read_day("jump"), zone)
        jump = None if day is None else Position(day, _FIRST_ID)
        places = [place for place in (older, newer, jump) if place is not None]
        if len(places) > 1:
            name = "older_than" if older else "newer_than"
            self._blame(name, sentence("excludes any other place to begin at."))
        return places[0] if places else None

    def _read(self, name: str, parse: Callable[[str], T]) -> T | None:
        if not self.given.get(name):
            return None
        try:
            return parse(self.given[name])
        except InvalidFieldError as exc:
            self.faults.setdefault(name, exc)
            return None

    def _blame(self, name: str, reason: str) -> None:
        self.faults[name] = InvalidFieldError(name, reason)
