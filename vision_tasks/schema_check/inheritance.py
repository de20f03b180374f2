"""The parents and children of our tables, which have none; partitions are children too."""

from sqlalchemy import Connection, text

from vision_tasks.schema_check.wanted import TABLES, Schemas

_FIND_RELATIVES = text("""
SELECT relname, inhrelid = pg_class.oid,
       (CASE inhrelid WHEN pg_class.oid THEN inhparent ELSE inhrelid END)::regclass::text
  FROM pg_inherits JOIN pg_class ON pg_class.oid IN (inhrelid, inhparent)
 WHERE relnamespace = :schema AND relname = ANY(:tables) ORDER BY 1, 2, 3""")


def find_inheritance_drift(connection: Connection, schemas: Schemas) -> list[str]:
    """Name each table that one of ours inherits from, and each that inherits from it."""
    rows = connection.execute(_FIND_RELATIVES, {"schema": schemas.real, "tables": TABLES})
    return [
        f"table {table} inherits from {relative}; end that"
        if is_child
        else f"table {relative} inherits from {table}, which shows its rows too; end that"
        for table, is_child, relative in rows
    ]
