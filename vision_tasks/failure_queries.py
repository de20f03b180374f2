"""What the newest failures say went wrong, grouped by the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, JSONPATH, TEXT

from vision_tasks.lifecycle import TaskStatus
from vision_tasks.models import Task
from vision_tasks.records import TaskFilter
from vision_tasks.result_conditions import format_json_path
from vision_tasks.task_filters import list_conditions, list_order

NEWEST = 10_000
"""So many tasks that failed are looked at, the newest."""
REASON_CHARACTERS = 1_000
"""A reason is told from another by no more than its beginning."""

# To look into longer ones takes too long; its length alone is known without reading it.
_RESULT_BYTES = 65_536
_FAILED = TaskFilter(status=TaskStatus.FAILED)


class ReasonKind(StrEnum):
    """What stands where the reason is expected; NONE is nothing, OTHER is what has no words."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NONE = "none"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """How many tasks failed for one reason; its text is empty for NONE and OTHER."""

    kind: ReasonKind
    reason: str
    tasks: int


@dataclass(frozen=True, slots=True)
class Failures:
    """The largest groups among the newest `tasks` that failed, of `groups` in all."""

    largest: tuple[FailureGroup, ...]
    tasks: int
    groups: int


def select_failures(path: str, *, largest: int) -> Select[Any]:
    """Group the newest failures by what stands at `path` of their result, for `read_failures`.

    `path` holds names with dots between them; arrays on the way are passed through as they are by
    conditions of a list, and the first entry counts. Only the `largest` groups are selected.
    """
    place = format_json_path(path)
    value = func.coalesce(_find_first(f"{place} ? (@ != null)"), _find_first(place))
    is_short = func.coalesce(func.pg_column_size(Task.result) <= _RESULT_BYTES, True)
    newest = (
        select(is_short.label("is_short"), case((is_short, value)).label("value"))
        .where(*list_conditions(_FAILED))
        .order_by(*list_order(_FAILED, None))
        .limit(NEWEST)
        .subquery()
    )
    found = func.jsonb_typeof(newest.c.value)
    kind = case(
        (~newest.c.is_short, literal(ReasonKind.OTHER.value)),
        (func.coalesce(found, "null") == "null", literal(ReasonKind.NONE.value)),
        (found.in_(("object", "array")), literal(ReasonKind.OTHER.value)),
        else_=found,
    )
    words = newest.c.value.op("#>>", return_type=TEXT)(cast(literal([], ARRAY(TEXT)), ARRAY(TEXT)))
    reason = case(
        (found.in_(("object", "array", "null")), literal("")),
        else_=func.coalesce(func.left(words, REASON_CHARACTERS), ""),
    )
    named = select(kind.label("kind"), reason.label("reason")).subquery()
    tasks = func.count()
    return (
        select(
            named.c.kind,
            named.c.reason,
            tasks,
            func.sum(tasks).over(),
            func.count().over(),
        )
        .group_by(named.c.kind, named.c.reason)
        .order_by(tasks.desc(), named.c.kind, named.c.reason)
        .limit(largest)
    )


def _find_first(path: str) -> ColumnElement[Any]:
    return func.jsonb_path_query_first(Task.result, cast(literal(path), JSONPATH), type_=JSONB)


def read_failures(rows: Sequence[Sequence[Any]]) -> Failures:
    """Read the rows of `select_failures`."""
    largest = tuple(
        FailureGroup(ReasonKind(kind), reason, tasks) for kind, reason, tasks, _, _ in rows
    )
    return Failures(largest, *((int(rows[0][3]), rows[0][4]) if rows else (0, 0)))
