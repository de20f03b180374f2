"""The tables themselves: that they are plain, logged, and show every row to whoever may read."""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from vision_tasks.schema_check.wanted import TABLES, Schemas

_PLAIN = "r"
_KINDS = {
    "p": "a partitioned table",
    "v": "a view",
    "m": "a materialized view",
    "f": "a foreign table",
}
_FIND_TRAITS = text("""
SELECT relname, relkind::text, relpersistence = 'u', relrowsecurity, relforcerowsecurity
  FROM pg_class WHERE relnamespace = :schema AND relname = ANY(:tables) ORDER BY 1""")


def find_table_drift(connection: Connection, schemas: Schemas) -> Iterator[str]:
    """Name each trait of a table that a plain `CREATE TABLE` would not have given it."""
    rows = connection.execute(_FIND_TRAITS, {"schema": schemas.real, "tables": TABLES})
    for table, kind, is_unlogged, has_row_security, forces_row_security in rows:
        if kind != _PLAIN:
            yield f"{table} is {_KINDS.get(kind, 'no table')}, it should be a plain table"
        if is_unlogged:
            yield f"table {table} is UNLOGGED, so that a crash empties it; set it LOGGED"
        if has_row_security:
            yield f"table {table} has row-level security enabled; disable it"
        if forces_row_security:
            yield f"table {table} has row-level security forced on its owner; lift that"
