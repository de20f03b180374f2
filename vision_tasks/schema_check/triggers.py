"""The triggers on our tables: ours, and those that nobody expects."""

from sqlalchemy import Connection, text

from vision_tasks.guards import TRIGGERS
from vision_tasks.schema_check.definitions import (
    Definitions,
    Place,
    drop_schema,
    list_differing,
    list_missing,
    list_strangers,
)
from vision_tasks.schema_check.wanted import TABLES, Schemas

_KIND = "trigger"
_ENABLED = "O"
_FIRING = {
    "D": "is disabled",
    "R": "fires on a replica only",
    "A": "fires on a replica too",
}
_FIND_TRIGGERS = text("""
SELECT relname, tgname, tgenabled::text, quote_ident(nspname), pg_get_triggerdef(pg_trigger.oid)
  FROM pg_trigger
  JOIN pg_class ON pg_class.oid = tgrelid
  JOIN pg_namespace ON pg_namespace.oid = relnamespace
 WHERE NOT tgisinternal AND relnamespace = :schema AND relname = ANY(:tables)
 ORDER BY relname, tgname""")


def find_trigger_drift(connection: Connection, schemas: Schemas) -> list[str]:
    """Compare each trigger of the catalogue: its definition, and whether it fires."""
    real, firing = _fetch(connection, schemas.real)
    wanted, _ = _fetch(connection, schemas.wanted)
    ours = {(trigger.table, trigger.name) for trigger in TRIGGERS}
    return [
        *list_missing(_KIND, real, wanted),
        *list_differing(_KIND, real, wanted),
        *(
            f"{_KIND} {name} on {table} {_FIRING[firing[table, name]]}; enable it"
            for table, name in wanted
            if firing.get((table, name), _ENABLED) != _ENABLED
        ),
        *list_strangers(_KIND, real, ours),
    ]


def _fetch(connection: Connection, schema: int | None) -> tuple[Definitions, dict[Place, str]]:
    rows = connection.execute(_FIND_TRIGGERS, {"schema": schema, "tables": TABLES}).all()
    definitions = {
        (table, name): drop_schema(definition, own) for table, name, _, own, definition in rows
    }
    return definitions, {(table, name): enabled for table, name, enabled, *_ in rows}
