"""How a list of the history is narrowed, so that one index gives its rows in order."""

from typing import Any
from typing import cast as cast_type

from sqlalchemy import ColumnElement, Select, Table, Tuple, literal, tuple_

from vision_tasks.changes import ChangeFilter, ChangePosition
from vision_tasks.models import TaskChange

_C = cast_type("Table", TaskChange.__table__).c
_EQUALITIES = ("task_id", "batch_id", "actor", "action")

Lead = dict[ColumnElement[Any], Any]
"""The columns that the index begins with and their values, if there are any."""

IS_ENTRY: ColumnElement[bool] = _C.task_id.is_(None) | _C.batch_id.is_(None)
"""What `models.ENTRY` says to the indexes."""


def narrow(
    statement: Select[Any], change_filter: ChangeFilter, position: ChangePosition | None
) -> Select[Any]:
    """Narrow and order a SELECT from `task_changes`: newest first, or going back oldest first."""
    given = {
        name: value for name in _EQUALITIES if (value := getattr(change_filter, name)) is not None
    }
    lead: Lead = {_C[name]: given.pop(name) for name in _find_lead(given)}
    conditions = [_C[name] == value for name, value in given.items()]
    if change_filter.changed_from is not None:
        start = _mark(lead, change_filter.changed_from)
        conditions.append(tuple_(*lead, _C.changed_at) >= start)
    if change_filter.changed_to is not None:
        end = _mark(lead, change_filter.changed_to)
        conditions.append(tuple_(*lead, _C.changed_at) < end)
    order = [*lead, _C.id]
    if not change_filter.is_of_one:
        # Of one task or batch there are few, and the index on it goes by number alone.
        order.insert(-1, _C.changed_at)
        conditions.append(IS_ENTRY)
    backward = position is not None and position.backward
    if position is not None:
        place = [getattr(position, str(column.key)) for column in order[len(lead) :]]
        key, mark = tuple_(*order), _mark(lead, *place)
        # Of several bounds PostgreSQL begins at the first, and this is the nearest.
        conditions.insert(0, key > mark if backward else key < mark)
    return statement.where(*conditions, *_range_of(lead)).order_by(
        *(column if backward else column.desc() for column in order)
    )


def _find_lead(given: dict[str, Any]) -> list[str]:
    names = [name for name in _EQUALITIES if name in given]
    return names if names == ["actor", "action"] else names[:1]


def _range_of(lead: Lead) -> list[ColumnElement[bool]]:
    # Not an equality: then no index is in this order but the one that begins with the columns. Else
    # one on moments is taken for any frequent value, and searched through for a value that was
    # frequent long ago.
    key, mark = tuple_(*lead), _mark(lead)
    return [key >= mark, key <= mark] if lead else []


def _mark(lead: Lead, *rest: Any) -> Tuple:
    return tuple_(*(literal(value) for value in (*lead.values(), *rest)))
