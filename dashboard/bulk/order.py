"""What a person ordered: an action, and the tasks that it is about."""

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MultiDict

from dashboard.bulk.errors import UnknownBulkActionError, UnusableFilterError
from dashboard.bulk.rights import OFFERED
from dashboard.errors import TicksError
from dashboard.field_checks import check_result, read_text
from dashboard.list_parameters import ListParameters
from dashboard.ticks import FIELD, format_tick, read_ticks
from vision_tasks.batches import BulkAction
from vision_tasks.bulk_queries import SeenTask
from vision_tasks.errors import InvalidFieldError
from vision_tasks.sentences import sentence

TICKED, MATCHING = "ticked", "matching"
FILTER = "filter"


@dataclass
class Order:
    """An action on the tasks `ticked`, or where they are None on all that match `parameters`.

    `typed` is the result to set, None where it was not asked for yet.
    """

    kind: BulkAction
    ticked: list[SeenTask] | None
    parameters: ListParameters
    typed: str | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, form: MultiDict[str, str]) -> Self:
        """Read the form of the list.

        Raises UnknownBulkActionError, TicksError, UnusableFilterError. Nothing in it is overlooked:
        less of a filter would match more tasks.
        """
        kind = next((one for one in OFFERED if one.value == form.get("action")), None)
        scope = form.get("scope")
        if kind is None or scope not in (TICKED, MATCHING):
            raise UnknownBulkActionError
        parameters = _read_filter(form.get(FILTER))
        ticked = read_ticks(form.getlist(FIELD)) if scope == TICKED else None
        if ticked is not None and not ticked:
            raise TicksError(
                sentence("Nothing is ticked. Go back to the list and tick the tasks you mean.")
            )
        typed = form.get("result")
        return cls(kind, ticked, parameters, None if typed is None else read_text(typed))

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields that repeat the order, but for its `ticks`."""
        return {
            "action": self.kind.value,
            "scope": MATCHING if self.ticked is None else TICKED,
            FILTER: format_filter(self.parameters),
        }

    @property
    def ticks(self) -> list[str]:
        """The ticks, as the list wrote them."""
        return [format_tick(task) for task in self.ticked or ()]

    @property
    def description(self) -> dict[str, object]:
        """Say which tasks it is about, for the page of the batch and the history."""
        if self.ticked is not None:
            return {"ticked": len(self.ticked)}
        return {"filters": self.parameters.filters}

    @property
    def needs_result(self) -> bool:
        """Whether the result to set is yet to be asked for."""
        return self.kind is BulkAction.SET_RESULT and self.typed is None

    def check_result(self, *, max_bytes: int) -> str | None:
        """Return the result to set; where it cannot be, that is in `errors`."""
        if self.kind is not BulkAction.SET_RESULT:
            return None
        try:
            return check_result(self.typed or "", max_bytes=max_bytes)
        except InvalidFieldError as exc:
            self.errors[exc.field] = str(exc)
            return None


def format_filter(parameters: ListParameters) -> str:
    """Write the filters in force for a hidden field; nothing stands for every task."""
    return urlencode(parameters.filters)


def _read_filter(text: str | None) -> ListParameters:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=True) if text else []
    except ValueError:
        raise UnknownBulkActionError from None
    parameters = ListParameters.read(MultiDict(pairs))
    if text is None or sorted(parameters.filters.items()) != sorted(pairs):
        raise UnknownBulkActionError
    for message in parameters.errors.values():
        raise UnusableFilterError(message)
    return parameters
