"""The CHECK constraints of the models, and every constraint that was never validated."""

from sqlalchemy import Connection, text

from vision_tasks.schema_check.wanted import METADATA, TABLES, Schemas

_FIND_CONSTRAINTS = text("""
SELECT relname, conname, contype = 'c', convalidated, pg_get_constraintdef(pg_constraint.oid)
  FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
 WHERE relnamespace = :schema AND relname = ANY(:tables) ORDER BY relname, conname""")
_NOT_VALID = " NOT VALID"

Checks = dict[tuple[str, str], str]


def find_constraint_drift(connection: Connection, schemas: Schemas) -> list[str]:
    """Compare each CHECK, and name each constraint that existing rows were not held against."""
    real, differences = _fetch(connection, schemas.real)
    wanted, _ = _fetch(connection, schemas.wanted)
    for (table, name), should_be in wanted.items():
        is_now = real.get((table, name))
        if is_now is None:
            differences.append(
                f"constraint {name} on {table} is missing; it should be: {should_be}"
            )
        elif is_now != should_be:
            differences.append(
                f"constraint {name} on {table} is: {is_now}; it should be: {should_be}"
            )
    ours = {
        (table.name, constraint.name)
        for table in METADATA.sorted_tables
        for constraint in table.constraints
    }
    differences += [
        f"constraint {name} on {table} is not one of ours: {definition}"
        for (table, name), definition in real.items()
        if (table, name) not in ours
    ]
    return differences


def _fetch(connection: Connection, schema: int | None) -> tuple[Checks, list[str]]:
    rows = connection.execute(_FIND_CONSTRAINTS, {"schema": schema, "tables": TABLES}).all()
    checks = {
        (table, name): definition.removesuffix(_NOT_VALID)
        for table, name, is_check, _, definition in rows
        if is_check
    }
    return checks, [
        f"constraint {name} on {table} is NOT VALID; validate it"
        for table, name, _, is_validated, _ in rows
        if not is_validated
    ]
