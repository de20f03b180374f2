"""Indexes that a build which failed has left behind."""

from sqlalchemy import Connection, text

from vision_tasks.schema_check.wanted import TABLES, Schemas

_FIND_BROKEN = text("""
SELECT index.relname, owner.relname
  FROM pg_index
  JOIN pg_class AS index ON index.oid = indexrelid
  JOIN pg_class AS owner ON owner.oid = indrelid
 WHERE NOT (indisvalid AND indisready)
   AND owner.relnamespace = :schema AND owner.relname = ANY(:tables) ORDER BY 1""")


def find_index_drift(connection: Connection, schemas: Schemas) -> list[str]:
    """Name each index that PostgreSQL does not use; a missing one is for `flask db check`."""
    rows = connection.execute(_FIND_BROKEN, {"schema": schemas.real, "tables": TABLES})
    return [
        f"index {index} on {table} is invalid; drop it and build it again" for index, table in rows
    ]
