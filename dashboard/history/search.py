"""What the address of the history says: filters and position, read strictly."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC
from typing import Self, TypeVar
from uuid import UUID

from werkzeug.datastructures import MultiDict

from dashboard.days import end_of, parse_day, parse_zone, start_of
from dashboard.history.places import parse_place
from vision_tasks.changes import ChangeFilter, ChangePosition
from vision_tasks.errors import InvalidFieldError
from vision_tasks.filenames import check_label
from vision_tasks.sentences import sentence, verbatim

_DAYS = ("changed_from", "changed_to")
FILTERS = ("actor", "action", *_DAYS, "zone", "task", "batch")
NAMES = (*FILTERS, "older_than", "newer_than")
ACTION_MAX_CHARACTERS = 100

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

T = TypeVar("T")


@dataclass
class HistorySearch:
    """What a person looks for; `given` is what they wrote, `errors` are sentences by name."""

    given: dict[str, str]
    change_filter: ChangeFilter = field(default_factory=ChangeFilter)
    position: ChangePosition | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, arguments: MultiDict[str, str]) -> Self:
        """Read the query of a URL; what is unknown is ignored, what is wrong is in `errors`."""
        search = cls({name: arguments[name].strip() for name in NAMES if name in arguments})
        for name in search.given:
            if len(arguments.getlist(name)) > 1:
                search.errors[name] = sentence(
                    "%(field)s is given more than once.", field=verbatim(name)
                )
        read = search._read
        zone = read("zone", lambda text: parse_zone(text, "zone")) or UTC
        first = read("changed_from", lambda text: parse_day(text, "changed_from"))
        last = read("changed_to", lambda text: parse_day(text, "changed_to"))
        if first and last and first > last:
            search.errors["changed_from"] = sentence("changed_from is later than changed_to.")
        search.change_filter = ChangeFilter(
            actor=read("actor", _parse_actor),
            action=read("action", _parse_action),
            changed_from=start_of(first, zone),
            changed_to=end_of(last, zone),
            task_id=read("task", lambda text: _parse_id(text, "task")),
            batch_id=read("batch", lambda text: _parse_id(text, "batch")),
        )
        older = read("older_than", lambda text: parse_place(text, "older_than"))
        newer = read("newer_than", lambda text: parse_place(text, "newer_than", backward=True))
        if older and newer:
            search.errors["older_than"] = sentence("older_than and newer_than exclude each other.")
        search.position = older or newer
        return search

    @property
    def filters(self) -> dict[str, str]:
        """The filters in force, as they were written."""
        filters = {name: self.given[name] for name in FILTERS if self.given.get(name)}
        if not filters.keys() & set(_DAYS):
            # Without a day it says nothing.
            filters.pop("zone", None)
        return filters

    def query(self, **changes: str | None) -> dict[str, str]:
        """Write the query of a neighbouring page; a position is kept only if given anew."""
        query = {name: value for name, value in {**self.filters, **changes}.items() if value}
        if not query.keys() & set(_DAYS):
            query.pop("zone", None)
        return query

    def _read(self, name: str, parse: Callable[[str], T]) -> T | None:
        if not self.given.get(name):
            return None
        try:
            return parse(self.given[name])
        except InvalidFieldError as exc:
            self.errors.setdefault(name, str(exc))
            return None


def _parse_actor(text: str) -> str:
    # Whoever is at psql calls themselves what they like; only what no text can hold is refused.
    if any(character == "\x00" or "\ud800" <= character <= "\udfff" for character in text):
        raise InvalidFieldError("actor", sentence("holds a character that no name can hold."))
    return text


def _parse_action(text: str) -> str:
    check_label(text, "action")
    if len(text) > ACTION_MAX_CHARACTERS:
        raise InvalidFieldError("action", sentence("is one word, as in change, delete or undo."))
    return text


def _parse_id(text: str, name: str) -> UUID:
    if _ID.fullmatch(text) is None:
        raise InvalidFieldError(name, sentence("is a whole id, as the page of one shows it."))
    return UUID(text)
