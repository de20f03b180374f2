"""What stands on a table besides its columns, as statements that make it on a copy."""

from collections.abc import Iterator

from sqlalchemy import Constraint, ForeignKeyConstraint, MetaData, Table
from sqlalchemy.schema import AddConstraint, CreateIndex

from vision_tasks.guards import TRIGGERS

Statement = str | AddConstraint | CreateIndex


def copy_tables(metadata: MetaData, schema: str) -> list[Table]:
    """Move the tables of the models to `schema`, which their DDL names from then on.

    Unqualified, a constraint or an index could land on the real table.
    """
    copies = MetaData(naming_convention=metadata.naming_convention)
    return [table.to_metadata(copies, schema=schema) for table in metadata.sorted_tables]


def list_parts(table: Table) -> Iterator[tuple[str, Statement]]:
    """List constraints, indexes and triggers of a copy: what to call each, what makes it."""
    for constraint in sorted(table.constraints, key=_rank):
        yield f"constraint {constraint.name}", AddConstraint(constraint)
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        yield f"index {index.name}", CreateIndex(index)
    for trigger in TRIGGERS:
        if trigger.table == table.name:
            yield f"trigger {trigger.name}", trigger.format_creation(str(table.schema))


def _rank(constraint: Constraint) -> tuple[bool, str]:
    # A foreign key needs the key that it refers to, which may be of the same table.
    return isinstance(constraint, ForeignKeyConstraint), str(constraint.name)
