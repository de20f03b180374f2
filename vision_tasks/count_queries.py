"""How many tasks a filter lets through: counted, or as the planner reckons."""

import json
from typing import Any

from sqlalchemy import ClauseElement, Executable, Select, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from vision_tasks.models import Task
from vision_tasks.records import TaskFilter
from vision_tasks.task_filters import list_conditions, list_order


class Explanation(Executable, ClauseElement):
    """PostgreSQL's plan for a statement, which is not run; one row for `read_estimate`."""

    inherit_cache = False

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement


@compiles(Explanation, "postgresql")
def _compile(element: Explanation, compiler: SQLCompiler, **keywords: Any) -> str:
    return f"EXPLAIN (FORMAT JSON) {compiler.process(element.statement, **keywords)}"


def select_count(task_filter: TaskFilter, *, limit: int | None = None) -> Select[int]:
    """Count the tasks, which takes longer the more there are; with `limit` no further than that."""
    found = select(Task.id).where(*list_conditions(task_filter))
    if limit is not None:
        # In the order of an index; else all of a status are noted before the first is counted, or
        # looked for from the beginning of the table.
        found = found.order_by(*list_order(task_filter, None)).limit(limit)
    return select(func.count()).select_from(found.subquery())


def explain_filter(task_filter: TaskFilter) -> Explanation:
    """Ask the planner how many tasks it reckons with, which costs the same at any size.

    It knows what the last ANALYZE saw and how large the table is now.
    """
    return Explanation(select(Task.id).where(*list_conditions(task_filter)))


def read_estimate(plan: Any) -> int:
    """Read the number of tasks out of the plan, which some drivers leave as text."""
    document = json.loads(plan) if isinstance(plan, str) else plan
    return int(document[0]["Plan"]["Plan Rows"])
