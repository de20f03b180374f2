"""The count of a list, which is made only for those who ask: `Prefer: count=…` (RFC 7240)."""

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncConnection

from api.database import transactional
from api.errors import CountTimeoutError
from api.preferences import read_preferences
from vision_tasks.count_queries import explain_filter, read_estimate, select_count
from vision_tasks.errors import DatabaseTimeoutError
from vision_tasks.records import TaskFilter

PREFERENCE = "count"


class CountKind(StrEnum):
    """What may be asked for: a number that costs nothing, or one that is right."""

    ESTIMATED = "estimated"
    EXACT = "exact"


def read_count_kind(lines: Sequence[str]) -> CountKind | None:
    """Read what the Prefer headers ask for; None: nothing, or nothing that there is."""
    value = read_preferences(lines).get(PREFERENCE)
    return CountKind(value) if value in list(CountKind) else None


async def count_tasks(task_filter: TaskFilter, kind: CountKind) -> int:
    """Count the tasks of a list, on all its pages; raises CountTimeoutError."""
    if kind is CountKind.ESTIMATED:
        return await _estimate(task_filter)
    try:
        return await _count(task_filter)
    except DatabaseTimeoutError as exc:
        raise CountTimeoutError from exc


@transactional
async def _count(connection: AsyncConnection, task_filter: TaskFilter) -> int:
    return (await connection.execute(select_count(task_filter))).scalar_one()


@transactional
async def _estimate(connection: AsyncConnection, task_filter: TaskFilter) -> int:
    return read_estimate((await connection.execute(explain_filter(task_filter))).scalar_one())
