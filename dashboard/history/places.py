"""A place in the history, written into a URL and read back strictly."""

import re
from datetime import UTC, datetime

from vision_tasks.changes import ChangePosition, ChangeRecord
from vision_tasks.errors import InvalidFieldError
from vision_tasks.sentences import sentence

MAX_ID = 2**63 - 1

_ID = re.compile(r"[1-9][0-9]{0,18}")


def format_place(change: ChangeRecord) -> str:
    """Write the place of `change`: its moment and its number."""
    return _format(change.changed_at, change.id)


def parse_place(text: str, field: str, *, backward: bool = False) -> ChangePosition:
    """Read what `format_place` wrote; raises InvalidFieldError for anything else."""
    moment, _, number = text.partition("_")
    change_id = parse_change_id(number)
    try:
        changed_at = datetime.fromisoformat(moment)
        exact = change_id is not None and _format(changed_at, change_id) == text
    except (ValueError, OverflowError):
        exact = False
    if not exact or change_id is None:
        raise InvalidFieldError(
            field, sentence("is no place in this history; begin again at its newest page.")
        )
    return ChangePosition(changed_at, change_id, backward)


def parse_change_id(text: str) -> int | None:
    """Read the number of a change as an address has it; what is none leads to no change."""
    if _ID.fullmatch(text) is None or int(text) > MAX_ID:
        return None
    return int(text)


def _format(moment: datetime, change_id: int) -> str:
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    return f"{utc.isoformat(timespec='microseconds')}Z_{change_id}"
