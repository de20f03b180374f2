"""The labels of the enum types."""

from collections import defaultdict

from sqlalchemy import Connection, Enum, text

from vision_tasks.schema_check.wanted import METADATA, Schemas

_FIND_LABELS = text("""
SELECT typname, enumlabel FROM pg_type JOIN pg_enum ON enumtypid = pg_type.oid
 WHERE typnamespace = :schema ORDER BY typname, enumsortorder""")


def find_enum_drift(connection: Connection, schemas: Schemas) -> list[str]:
    """Compare each enum type of a model with its labels in the database, order included."""
    real: dict[str, list[str]] = defaultdict(list)
    for name, label in connection.execute(_FIND_LABELS, {"schema": schemas.real}):
        real[name].append(label)
    differences: list[str] = []
    for name, labels in _list_enums().items():
        differences += _compare(name, real[name], labels)
    return differences


def _list_enums() -> dict[str, list[str]]:
    return {
        column.type.name: list(column.type.enums)
        for table in METADATA.sorted_tables
        for column in table.columns
        if isinstance(column.type, Enum) and column.type.name
    }


def _compare(name: str, real: list[str], wanted: list[str]) -> list[str]:
    if not real:
        return [f"enum type {name} is missing"]
    differences = [
        f"enum type {name} lacks the label {label}" for label in wanted if label not in real
    ]
    differences += [
        f"enum type {name} has the label {label}, which the models do not know"
        for label in real
        if label not in wanted
    ]
    if not differences and real != wanted:
        differences.append(
            f"enum type {name} has its labels in the order {', '.join(real)};"
            f" it should be {', '.join(wanted)}"
        )
    return differences
