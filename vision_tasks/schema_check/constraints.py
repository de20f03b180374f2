"""The constraints of our tables: ours, those that nobody expects, those never validated."""

from sqlalchemy import Connection, text

from vision_tasks.schema_check.definitions import (
    Definitions,
    Place,
    drop_schema,
    list_differing,
    list_missing,
    list_strangers,
)
from vision_tasks.schema_check.wanted import METADATA, TABLES, Schemas

# NOT NULL, a constraint since PostgreSQL 18, is for `flask db check`; a trigger ('t') is told as
# a trigger.
_FIND_CONSTRAINTS = text("""
SELECT relname, conname, contype NOT IN ('n', 't'), quote_ident(nspname),
       pg_get_constraintdef(pg_constraint.oid)
  FROM pg_constraint
  JOIN pg_class ON pg_class.oid = conrelid
  JOIN pg_namespace ON pg_namespace.oid = relnamespace
 WHERE relnamespace = :schema AND relname = ANY(:tables) ORDER BY relname, conname""")
# Rather than `convalidated`, which is false of one that is NOT ENFORCED too.
_NOT_VALID = " NOT VALID"
_KIND = "constraint"


def find_constraint_drift(connection: Connection, schemas: Schemas) -> list[str]:
    """Compare each constraint, and name each that existing rows were not held against."""
    real, not_valid = _fetch(connection, schemas.real)
    wanted, _ = _fetch(connection, schemas.wanted)
    ours = {
        (table.name, str(constraint.name))
        for table in METADATA.sorted_tables
        for constraint in table.constraints
    }
    return [
        *(f"{_KIND} {name} on {table} is NOT VALID; validate it" for table, name in not_valid),
        *list_missing(_KIND, real, wanted),
        *list_differing(_KIND, real, wanted),
        *list_strangers(_KIND, real, ours),
    ]


def _fetch(connection: Connection, schema: int | None) -> tuple[Definitions, list[Place]]:
    rows = connection.execute(_FIND_CONSTRAINTS, {"schema": schema, "tables": TABLES}).all()
    definitions = {
        (table, name): drop_schema(definition, own).removesuffix(_NOT_VALID)
        for table, name, is_compared, own, definition in rows
        if is_compared
    }
    return definitions, [
        (table, name) for table, name, *_, definition in rows if definition.endswith(_NOT_VALID)
    ]
