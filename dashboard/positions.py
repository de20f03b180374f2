"""A place in the list, written into a URL and read back strictly."""

from datetime import UTC, datetime
from uuid import UUID

from vision_tasks.errors import InvalidFieldError
from vision_tasks.records import Order, Position, TaskRecord
from vision_tasks.sentences import sentence


def format_position(place: Position | TaskRecord, order: Order = Order.CREATED) -> str:
    """Write a place, for one that of a task: the moment it is ordered by, and its id."""
    moment = place.moment if isinstance(place, Position) else getattr(place, order.value)
    return _format(moment, place.id)


def parse_position(text: str, field: str, *, backward: bool = False) -> Position:
    """Read what `format_position` wrote; raises InvalidFieldError for anything else."""
    moment, _, task_id = text.partition("_")
    try:
        position = Position(datetime.fromisoformat(moment), UUID(task_id), backward)
        exact = _format(position.moment, position.id) == text
    except (ValueError, OverflowError):
        exact = False
    if not exact:
        raise InvalidFieldError(
            field, sentence("is no place in this list; begin again at its newest page.")
        )
    return position


def _format(moment: datetime, task_id: UUID) -> str:
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    return f"{utc.isoformat(timespec='microseconds')}Z_{task_id}"
