"""The indexes: that they are what their names promise, and that PostgreSQL can use them."""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from vision_tasks.schema_check.definitions import (
    Definitions,
    Place,
    drop_schema,
    list_differing,
)
from vision_tasks.schema_check.wanted import TABLES, Schemas

_FIND_INDEXES = text("""
SELECT owner.relname, index.relname, indisvalid AND indisready,
       EXISTS (SELECT FROM pg_constraint
                WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x')),
       quote_ident(nspname), pg_get_indexdef(indexrelid)
  FROM pg_index
  JOIN pg_class AS index ON index.oid = indexrelid
  JOIN pg_class AS owner ON owner.oid = indrelid
  JOIN pg_namespace ON pg_namespace.oid = owner.relnamespace
 WHERE owner.relnamespace = :schema AND owner.relname = ANY(:tables) ORDER BY 1, 2""")


def find_index_drift(connection: Connection, schemas: Schemas) -> Iterator[str]:
    """Compare each index by its name; one that is missing or extra is for `flask db check`."""
    real, broken = _fetch(connection, schemas.real)
    wanted, _ = _fetch(connection, schemas.wanted)
    for table, name in broken:
        yield f"index {name} on {table} is invalid; drop it and build it again"
    yield from list_differing("index", real, wanted)


def _fetch(connection: Connection, schema: int | None) -> tuple[Definitions, list[Place]]:
    rows = connection.execute(_FIND_INDEXES, {"schema": schema, "tables": TABLES}).all()
    definitions = {
        (table, name): drop_schema(definition, own)
        for table, name, _, is_of_constraint, own, definition in rows
        # It is told with its constraint.
        if not is_of_constraint
    }
    return definitions, [(table, name) for table, name, is_whole, *_ in rows if not is_whole]
