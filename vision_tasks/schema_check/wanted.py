"""The objects that the code wants, made beside the real ones for one transaction.

So both are written out by the same server, whatever its version makes of an expression.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, MetaData, text
from sqlalchemy.exc import DBAPIError

from vision_tasks.faults import get_sqlstate
from vision_tasks.guards import FUNCTIONS
from vision_tasks.models import Task
from vision_tasks.schema_check.parts import Statement, copy_tables, list_parts

METADATA: MetaData = Task.metadata
TABLES = list(METADATA.tables)
WANTED_SCHEMA = "pg_temp"
# Of a column that is missing or of another type.
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_UNFIT_CLASS = "42"

# What LIKE can copy the columns of.
_FIND_TABLE = text("""
SELECT pg_class.oid::regclass::text FROM pg_class
  JOIN pg_namespace ON pg_namespace.oid = relnamespace
 WHERE nspname = current_schema() AND relname = :name AND relkind IN ('r', 'p', 'v', 'm', 'f')""")
_FIND_HOME = text("SELECT quote_ident(current_schema())")
_FIND_SCHEMAS = text(
    "SELECT (SELECT oid FROM pg_namespace WHERE nspname = current_schema()), pg_my_temp_schema()"
)


@dataclass(frozen=True)
class Schemas:
    """The ids of two schemas: of the real objects (None: there is none) and of the wanted ones."""

    real: int | None
    wanted: int


def make_wanted(connection: Connection) -> tuple[Schemas, list[str]]:
    """Make all that can be made; the lines name what is missing for that."""
    differences: list[str] = []
    home = connection.execute(_FIND_HOME).scalar() or "public"
    for function in FUNCTIONS:
        connection.exec_driver_sql(function.format_creation(WANTED_SCHEMA, home=home))
    for table in copy_tables(METADATA, WANTED_SCHEMA):
        real = connection.execute(_FIND_TABLE, {"name": table.name}).scalar()
        if real is None:
            differences.append(f"table {table.name} is missing")
            continue
        connection.exec_driver_sql(f"CREATE TEMP TABLE {table.name} (LIKE {real})")
        differences += [
            f"{part} of table {table.name} cannot be compared: a column that it reads is missing or"
            " of another type; `flask db check` tells which"
            for part, statement in list_parts(table)
            if not _fits(connection, statement)
        ]
    real_schema, wanted_schema = connection.execute(_FIND_SCHEMAS).one()
    return Schemas(real_schema, wanted_schema), differences


def _fits(connection: Connection, statement: Statement) -> bool:
    try:
        with connection.begin_nested():
            if isinstance(statement, str):
                connection.exec_driver_sql(statement)
            else:
                connection.execute(statement)
    except DBAPIError as exc:
        if not (get_sqlstate(exc) or "").startswith(_UNFIT_CLASS):
            raise
        return False
    return True
