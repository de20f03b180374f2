"""Which way to look for a part of a filename or a value is short, by what a few tasks show.

Walking down the list is quick for what is common, an index of trigrams, of results or of moments
for what is rare, and PostgreSQL cannot tell which is which: its statistics know little of what
fewer than one task in a hundred have, and take what is common among old tasks for common
everywhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from vision_tasks.records import Position, TaskFilter
from vision_tasks.task_filters import bounds_other_moment

NEAR, FURTHER = 2_000, 20_000
"""How many tasks are walked to find out, and how many where that has shown that it pays."""
NEAR_OF_STATUS, FURTHER_OF_STATUS = 1_000, 5_000
"""The same among those of a status, which lie apart, so that each is read from elsewhere."""
REACH, REACH_OF_STATUS = 10_000, 5_000
"""How many tasks are walked at once for what no index knows, where it can be gone on with."""
MANY, TOO_MANY = 20_000, 600_000
"""From how many tasks on that an index would find a walk is tried first, or the only way."""

# How much more than expected a lookup covers, since matches are spread unevenly.
_SPARE = 2
# Three letters or digits, or fewer where their beginning or their end is known.
_HAS_TRIGRAM = re.compile(r"[^\W_]{3}|[\W_][^\W_]|[^\W_]{2}[\W_]")


@dataclass(frozen=True, slots=True)
class Walk:
    """Look at the first `rows` tasks of the list, one after the other; None: at all of them."""

    rows: int | None


@dataclass(frozen=True, slots=True)
class Lookup:
    """Ask the indexes for the tasks of the list down to the moment `bound`; None: for all."""

    bound: datetime | None


Way = Walk | Lookup


@dataclass(frozen=True, slots=True)
class Scouting:
    """What the first tasks of a list are like: how many they are, and how many of them match.

    `oldest` and `newest` are when they were created; None where there are none.
    """

    walked: int
    matching: int
    oldest: datetime | None
    newest: datetime | None


def count_scouted(task_filter: TaskFilter) -> int:
    """Return how many tasks are walked to find out."""
    return NEAR if task_filter.status is None else NEAR_OF_STATUS


def count_reach(task_filter: TaskFilter) -> int:
    """Return how many tasks are walked at once for what no index knows."""
    return REACH if task_filter.status is None else REACH_OF_STATUS


def is_indexed(task_filter: TaskFilter) -> bool:
    """Tell whether an index knows some of what is searched."""
    return (
        _HAS_TRIGRAM.search(task_filter.filename or "") is not None
        or task_filter.ids is not None
        or any(condition.is_indexed for condition in task_filter.result)
        or bounds_other_moment(task_filter)
    )


def list_ways(
    task_filter: TaskFilter,
    scouting: Scouting,
    position: Position | None,
    *,
    limit: int,
    is_bounded: bool = False,
    indexed_tasks: int | None = None,
) -> Iterator[Way]:
    """List the ways to try in turn, until one finds more than `limit` tasks; the last finds all.

    What the others find are the first of the list too, but not always enough of them. Where it
    `is_bounded`, what no index knows is looked for among the next `count_reach` tasks only, and so
    is what it knows of too many: `indexed_tasks` is how many PostgreSQL reckons with.
    """
    near = count_scouted(task_filter)
    further = FURTHER if task_filter.status is None else FURTHER_OF_STATUS
    if scouting.walked < near:
        yield Walk(None)
        return
    many = indexed_tasks or 0
    indexed = is_indexed(task_filter) and many < TOO_MANY
    if scouting.matching > limit:
        yield Walk(near)
    elif (indexed or not is_bounded) and scouting.matching * further > limit * near:
        yield Walk(further)
    elif indexed and many > MANY:
        yield Walk(count_reach(task_filter))
    elif indexed and (bound := _find_bound(scouting, position, limit)):
        yield Lookup(bound)
    if indexed:
        yield Lookup(None)
    else:
        yield Walk(count_reach(task_filter) if is_bounded else None)


def _find_bound(scouting: Scouting, position: Position | None, limit: int) -> datetime | None:
    if scouting.oldest is None or scouting.newest is None:
        return None
    # None at all may be half a one.
    times = _SPARE * limit / max(scouting.matching, 0.5)
    try:
        span = (scouting.newest - scouting.oldest) * times
        if position is not None and position.backward:
            return scouting.newest + span
        return scouting.oldest - span
    except OverflowError:
        return None
