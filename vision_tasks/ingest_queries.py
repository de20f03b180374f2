"""Statements that store new tasks for a key of the API, which they look at on the way.

They are compiled once, for asyncpg itself: what waits together is stored in one round trip, and
to build a statement anew would take longer than PostgreSQL needs for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from typing import cast as cast_type
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Select,
    Table,
    TableValuedAlias,
    Text,
    Uuid,
    bindparam,
    case,
    column,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.dialects.postgresql import insert as insert_or_skip

from vision_tasks.api_key_rules import Scope
from vision_tasks.api_keys import CALLER_COLUMNS, IS_CALLER
from vision_tasks.attribution import ACTOR_SETTING
from vision_tasks.models import ApiKey, Task, TaskChange

REPEATED = timedelta(hours=24)
"""How long a repeat of a request is answered as the first one was."""

_TASKS = cast_type("Table", Task.__table__)
_IDS = bindparam("ids", type_=ARRAY(Uuid))
_FILENAMES = bindparam("filenames", type_=ARRAY(Text))


class StoredRow(NamedTuple):
    """The one row that storing returns: the key, as a Caller has it, and what came of it.

    `born_at` is the `created_at` of all that was stored, None where nothing was. `missing_ids` are
    those that were not, for they were there before; None where there are none.
    """

    id: UUID
    name: str
    scopes: list[str]
    is_to_be_noted: bool
    born_at: datetime | None
    missing_ids: list[UUID] | None


class BirthRow(NamedTuple):
    """How a task was born, whatever has become of it; `is_recent` means within REPEATED."""

    id: UUID
    filename: str
    born_at: datetime
    is_recent: bool


@dataclass(frozen=True)
class DriverStatement:
    """SQL as asyncpg takes it, with the names of its parameters in their order."""

    sql: str
    names: tuple[str, ...]
    constants: dict[str, Any]

    def bind(self, **values: Any) -> list[Any]:
        """Return the arguments in the order of the parameters."""
        known = {**self.constants, **values}
        return [known[name] for name in self.names]


def compile_for_driver(statement: Select[Any]) -> DriverStatement:
    """Compile a statement whose own parameters are named."""
    dialect = asyncpg.dialect()  # type: ignore[no-untyped-call]
    compiled: Any = statement.compile(dialect=dialect)
    return DriverStatement(str(compiled), tuple(compiled.positiontup), dict(compiled.params))


def select_births(ids: Sequence[UUID]) -> Select[Any]:
    """Select how the tasks with `ids` were born, as rows for BirthRow.

    The oldest change that tells of a filename tells the first one; a deletion tells it too.
    """
    asked = func.unnest(literal(list(ids), ARRAY(Uuid))).table_valued(
        column("id", Uuid), name="asked"
    )
    asked = asked.render_derived()
    oldest = (
        select(TaskChange.born_at, TaskChange.before["filename"].astext.label("filename"))
        .where(TaskChange.task_id == asked.c.id, TaskChange.before.has_key("filename"))
        .order_by(TaskChange.id)
        .limit(1)
        .lateral("oldest")
    )
    filename = func.coalesce(oldest.c.filename, Task.filename)
    born_at = func.coalesce(oldest.c.born_at, Task.created_at)
    return (
        select(asked.c.id, filename, born_at, born_at > func.now() - REPEATED)
        .select_from(
            asked.outerjoin(Task, Task.id == asked.c.id).outerjoin(oldest, literal(value=True))
        )
        .where(born_at.is_not(None))
    )


def _store(*, once: bool) -> DriverStatement:
    # Read several times, so PostgreSQL runs it once; then the history knows who acts.
    actor = func.set_config(ACTOR_SETTING, literal("key:") + ApiKey.name, literal(value=True))
    caller = select(*CALLER_COLUMNS, actor.label("actor")).where(IS_CALLER).cte("caller")
    given = _unnest()
    is_allowed = select(literal(Scope.WRITE.value) == caller.c.scopes.any_()).scalar_subquery()
    rows = select(given.c.id, given.c.filename).where(is_allowed)
    if once:
        # Nor where it was deleted since, which its history knows.
        rows = rows.where(~select(TaskChange.id).where(TaskChange.task_id == given.c.id).exists())
    born = (
        insert_or_skip(_TASKS)
        .from_select(["id", "filename"], rows, include_defaults=False)
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(_TASKS.c.id, _TASKS.c.created_at)
        .cte("born")
    )
    missing = select(given.c.id).where(given.c.id.not_in(select(born.c.id)))
    number = select(func.count()).select_from(born).scalar_subquery()
    return compile_for_driver(
        select(
            caller.c.id,
            caller.c.name,
            caller.c.scopes,
            caller.c.is_to_be_noted,
            select(func.min(born.c.created_at)).scalar_subquery(),
            case((number < func.cardinality(_IDS), func.array(missing.scalar_subquery()))),
        )
    )


def _unnest() -> TableValuedAlias:
    return (
        func.unnest(_IDS, _FILENAMES)
        .table_valued(column("id", Uuid()), column("filename", Text()))
        .render_derived(name="given")
    )


STORE_TASKS = _store(once=False)
"""Stores tasks (`ids`, `filenames`) for the key with `secret_hash`; one StoredRow.

No row where no such key is in force, and nothing is stored where it may not write.
"""

STORE_TASKS_ONCE = _store(once=True)
"""The same for ids that a repeat of a request would have again: it stores none that ever was."""
