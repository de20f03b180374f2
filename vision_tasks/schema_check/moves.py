"""The legal moves that the database has, against those of `lifecycle.py`."""

import re

from vision_tasks.guards import format_guard_body
from vision_tasks.lifecycle import LEGAL_MOVES

_PAIR = re.compile(r"\('([^']*)', '([^']*)'\)")


def find_move_drift(body: str) -> list[str]:
    """Say which moves a stored body of the guard allows and the code does not, and the reverse.

    Nothing where the moves are the same, or where more than the moves is not as it should be.
    """
    stored = _PAIR.findall(body)
    if body != format_guard_body(stored):
        return []
    legal = [(move.source.value, move.target.value) for move in LEGAL_MOVES]
    return [
        f"the database allows the move {source} to {target}, lifecycle.py does not"
        for source, target in stored
        if (source, target) not in legal
    ] + [
        f"lifecycle.py allows the move {source} to {target}, the database does not"
        for source, target in legal
        if (source, target) not in stored
    ]
