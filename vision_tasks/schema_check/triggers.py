"""The triggers on our tables: ours, and those that nobody expects."""

import re

from sqlalchemy import Connection, text

from vision_tasks.guards import TRIGGERS
from vision_tasks.schema_check.wanted import TABLES, WANTED_SCHEMA, Schemas

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

Triggers = dict[tuple[str, str], tuple[str, str]]


def find_trigger_drift(connection: Connection, schemas: Schemas) -> list[str]:
    """Compare each trigger of the catalogue: its definition, and whether it fires."""
    real, wanted = _fetch(connection, schemas.real), _fetch(connection, schemas.wanted)
    differences: list[str] = []
    for (table, name), (_, should_be) in wanted.items():
        if (table, name) not in real:
            differences.append(f"trigger {name} on {table} is missing; it should be: {should_be}")
            continue
        enabled, is_now = real[table, name]
        if is_now != should_be:
            differences.append(f"trigger {name} on {table} is: {is_now}; it should be: {should_be}")
        if enabled != _ENABLED:
            differences.append(f"trigger {name} on {table} {_FIRING[enabled]}; enable it")
    ours = {(trigger.table, trigger.name) for trigger in TRIGGERS}
    differences += [
        f"trigger {name} on {table} is not one of ours: {definition}"
        for (table, name), (_, definition) in real.items()
        if (table, name) not in ours
    ]
    return differences


def _fetch(connection: Connection, schema: int | None) -> Triggers:
    rows = connection.execute(_FIND_TRIGGERS, {"schema": schema, "tables": TABLES})
    return {
        (table, name): (enabled, _drop_schema(definition, own))
        for table, name, enabled, own, definition in rows
    }


def _drop_schema(definition: str, own: str) -> str:
    # A trigger function of another schema keeps its name in full, and so differs.
    names = f"{re.escape(own)}|{WANTED_SCHEMA}"
    return re.sub(rf"( ON | EXECUTE FUNCTION )(?:{names})\.", r"\1", definition)
