"""The collations of our columns."""

from sqlalchemy import Connection, text

from vision_tasks.schema_check.wanted import METADATA, TABLES, Schemas

_FIND_COLLATIONS = text("""
SELECT relname, attname, attcollation::regcollation::text
  FROM pg_attribute
  JOIN pg_class ON pg_class.oid = attrelid
  JOIN pg_type ON pg_type.oid = atttypid
 WHERE attcollation <> typcollation AND relnamespace = :schema AND relname = ANY(:tables)
 ORDER BY relname, attnum""")


def find_collation_drift(connection: Connection, schemas: Schemas) -> list[str]:
    """Name each column that sorts otherwise than its type does; the models choose no collation."""
    rows = connection.execute(_FIND_COLLATIONS, {"schema": schemas.real, "tables": TABLES})
    return [
        f"column {column} of {table} has the collation {collation}, it should be that of its type"
        for table, column, collation in rows
        if column in METADATA.tables[table].columns
    ]
