"""The enum types of the models, and how a revision writes a column of one."""

from collections.abc import Iterable
from typing import Any

from alembic.autogenerate.api import AutogenContext
from sqlalchemy import ARRAY, Dialect, Enum, Table
from sqlalchemy.types import TypeDecorator, TypeEngine


def find_enums(tables: Iterable[Table], dialect: Dialect) -> dict[str, list[list[str]]]:
    """Find the native enum types of all columns, and for each name the lists of labels it has.

    Items of arrays count. A type with a schema of its own does not: it is somebody else's.
    """
    found: dict[str, list[list[str]]] = {}
    for table in tables:
        for column in table.columns:
            kind = _resolve(column.type, dialect)
            while isinstance(kind, ARRAY):
                kind = _resolve(kind.item_type, dialect)
            if _is_ours(kind):
                lists = found.setdefault(str(kind.name), [])
                if list(kind.enums) not in lists:
                    lists.append(list(kind.enums))
    return found


def render_enum(kind_of_item: str, item: Any, context: AutogenContext) -> Any:
    """Write a type that leaves CREATE TYPE to `create_enum_type`; False for anything else.

    SQLAlchemy would create it with each table that has such a column, whether it is there or not,
    and with no column that is added.
    """
    if kind_of_item != "type":
        return False
    return _render(item, context) or False


def _render(item: TypeEngine[Any], context: AutogenContext) -> str | None:
    kind = _resolve(item, context.dialect)
    prefix = context.opts["sqlalchemy_module_prefix"]
    if isinstance(kind, ARRAY):
        inner = _render(kind.item_type, context)
        return inner and f"{prefix}ARRAY({inner}, dimensions={kind.dimensions!r})"
    if _is_ours(kind):
        labels = "".join(f"{label!r}, " for label in kind.enums)
        return f"{prefix}Enum({labels}name={str(kind.name)!r}, create_type=False)"
    return None


def _resolve(kind: TypeEngine[Any], dialect: Dialect) -> Any:
    # Variants and decorated types included.
    native = kind.dialect_impl(dialect)
    while isinstance(native, TypeDecorator):
        native = native.type_engine(dialect)
    return native


def _is_ours(kind: Any) -> bool:
    return isinstance(kind, Enum) and kind.native_enum and bool(kind.name) and not kind.schema
