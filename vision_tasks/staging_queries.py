"""Statements around a COPY of many new tasks: what is set before it, and what it may go through."""

from typing import Any
from typing import cast as cast_type

from sqlalchemy import (
    BigInteger,
    Select,
    Table,
    Text,
    Uuid,
    bindparam,
    column,
    func,
    literal,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import insert as insert_or_skip

from vision_tasks.attribution import Attribution, set_locally
from vision_tasks.ingest_queries import compile_for_driver
from vision_tasks.models import Task

STAGED = "vision_tasks_staged"
CREATE_STAGED = (
    f"CREATE TEMPORARY TABLE {STAGED}"
    " (line bigint NOT NULL, id uuid NOT NULL, filename text NOT NULL) ON COMMIT DROP"
)
"""Makes a table of the transaction's own, which needs the right TEMPORARY on the database."""

_TASKS = cast_type("Table", Task.__table__)
_STAGED = table(STAGED, column("line", BigInteger), column("id", Uuid), column("filename", Text))


def begin_copy(attribution: Attribution, lock_seconds: float) -> Select[Any]:
    """Say who acts and how long to wait for a lock; selects the `created_at` of what follows.

    What role or database allow a statement holds for no body: it takes as long as its sender does.
    """
    milliseconds = f"{max(1, round(lock_seconds * 1000))}ms"
    limits = {"lock_timeout": milliseconds, "statement_timeout": "0"}
    settings = {**attribution.settings, **limits}
    columns: list[Any] = [func.now(), *set_locally(settings)]
    return select(*columns)


def _store_staged() -> Select[Any]:
    nth = func.row_number().over(partition_by=_STAGED.c.id, order_by=_STAGED.c.line)
    numbered = select(_STAGED, nth.label("nth")).cte("numbered")
    # In the order of their ids, or two that have the same could wait for each other.
    rows = select(numbered.c.id, numbered.c.filename).where(numbered.c.nth == 1)
    born = (
        insert_or_skip(_TASKS)
        .from_select(["id", "filename"], rows.order_by(numbered.c.id), include_defaults=False)
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(_TASKS.c.id)
        .cte("born")
    )
    return (
        select(func.count().over(), numbered.c.line)
        .select_from(numbered.outerjoin(born, born.c.id == numbered.c.id))
        .where(or_(numbered.c.nth > literal(1), born.c.id.is_(None)))
        .order_by(numbered.c.line)
        .limit(bindparam("listed", type_=BigInteger))
    )


STORE_STAGED = compile_for_driver(_store_staged())
"""Stores what is staged, but what has an id that is taken by a task or by an earlier line.

Selects the lines of the latter, up to `listed`, each with the number of all of them.
"""
