"""What the role that checks may do."""

from sqlalchemy import Connection, text

from vision_tasks.guards import FUNCTIONS
from vision_tasks.schema_check.errors import TemporaryRightError
from vision_tasks.schema_check.wanted import Schemas

_FIND_TEMPORARY_RIGHT = text("""
SELECT has_database_privilege(current_database(), 'TEMPORARY'),
       quote_ident(current_database()), quote_ident(current_user)""")
_FIND_FORBIDDEN = text("""
SELECT proname, pg_get_function_identity_arguments(oid), current_user
  FROM pg_proc
 WHERE pronamespace = :schema AND proname = ANY(:names)
   AND NOT has_function_privilege(oid, 'EXECUTE')
 ORDER BY 1, 2""")

# Of the superuser nobody can take a right; the trigger keeps the history from him too.
_FIND_ALTERABLE = text("""
SELECT current_user
  FROM pg_class
 WHERE relnamespace = :schema AND relname = 'task_changes'
   AND has_table_privilege(oid, 'UPDATE, DELETE, TRUNCATE')
   AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)""")


def require_temporary_right(connection: Connection) -> None:
    """Raise TemporaryRightError unless the role may make temporary objects."""
    is_given, database, role = connection.execute(_FIND_TEMPORARY_RIGHT).one()
    if not is_given:
        raise TemporaryRightError(database, role)


def find_right_drift(connection: Connection, schemas: Schemas) -> list[str]:
    """Name each of our functions that the role may not call, and the history if it may alter it."""
    names = [function.name for function in FUNCTIONS]
    rows = connection.execute(_FIND_FORBIDDEN, {"schema": schemas.real, "names": names})
    return [
        f"function {name}({arguments}) may not be called by {role}; grant EXECUTE on it"
        for name, arguments, role in rows
    ] + [
        f"table task_changes may be altered by {role}; revoke UPDATE, DELETE, TRUNCATE on it"
        for (role,) in connection.execute(_FIND_ALTERABLE, {"schema": schemas.real})
    ]
