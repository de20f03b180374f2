"""What a driver's exception means, for asyncpg and psycopg2 alike; its text goes no further."""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from vision_tasks.errors import (
    DatabaseRefusedError,
    DatabaseTimeoutError,
    DatabaseUnavailableError,
    VisionTasksError,
)

# https://www.postgresql.org/docs/current/errcodes-appendix.html
READ_ONLY_SQLSTATE = "25006"
ILLEGAL_MOVE_SQLSTATE = "VT001"
HISTORY_SQLSTATE = "VT002"
QUERY_CANCELED_SQLSTATE = "57014"
LOCK_NOT_AVAILABLE_SQLSTATE = "55P03"
DEADLOCK_SQLSTATE = "40P01"
NO_RIGHT_SQLSTATE = "42501"
UNDEFINED_TABLE_SQLSTATE = "42P01"
LOST_STATEMENT_SQLSTATE = "26000"
_UNAVAILABLE_CLASSES = ("08", "53", "57P", "58", READ_ONLY_SQLSTATE)
_TIMEOUTS = (QUERY_CANCELED_SQLSTATE, LOCK_NOT_AVAILABLE_SQLSTATE)
# What is missing here: a table, a column, a function, a schema, a right.
_SCHEMA_STATES = (UNDEFINED_TABLE_SQLSTATE, "42703", "42883", "3F000", NO_RIGHT_SQLSTATE)
_REFUSALS = {
    "28P01": "the password is wrong",
    "28000": "this role may not log in from here",
    "3D000": "the database does not exist",
    NO_RIGHT_SQLSTATE: "the role may not use it",
}

SCHEMA_LOST = (
    "A pooler on the way to PostgreSQL does not pass on the search_path that POSTGRES_SCHEMA asks"
    " for. Set it on the role instead (ALTER ROLE … SET search_path = …), and leave POSTGRES_SCHEMA"
    " unset."
)
STATEMENTS_LOST = (
    "A pooler on the way to PostgreSQL loses prepared statements. In transaction mode it must be"
    " PgBouncer 1.21 or newer with max_prepared_statements above 0; else let it pool sessions."
)
_LOST_PARAMETER = "unsupported startup parameter"

# libpq tells no SQLSTATE of a connection that failed, so its text has to do, where it is English.
_REFUSAL_TEXTS = {
    "password authentication failed": "28P01",
    "no pg_hba.conf entry": "28000",
    "is not permitted to log in": "28000",
    "does not exist": "3D000",
}


def get_sqlstate(exc: BaseException | None) -> str | None:
    """Find the five-character SQLSTATE in a driver's or SQLAlchemy's exception."""
    while exc is not None:
        state = getattr(exc, "sqlstate", None) or getattr(exc, "pgcode", None)
        if state:
            return str(state)
        exc = getattr(exc, "orig", None)
    return None


def translate_connect_error(exc: Exception) -> VisionTasksError:
    """Turn a failed connection attempt into DatabaseRefusedError or DatabaseUnavailableError."""
    if _LOST_PARAMETER in str(exc):
        return DatabaseRefusedError(SCHEMA_LOST)
    state = get_sqlstate(exc) or next(
        (state for text, state in _REFUSAL_TEXTS.items() if text in str(exc)), ""
    )
    reason = _REFUSALS.get(state)
    if reason is None:
        return DatabaseUnavailableError()
    return DatabaseRefusedError(
        f"PostgreSQL refuses the connection: {reason}."
        " Check POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB (or DATABASE_URL)."
    )


def translate_database_error(exc: BaseException) -> VisionTasksError | None:
    """Turn an error met while executing into ours; None where it is no fault of the database."""
    if isinstance(exc, TimeoutError):
        return DatabaseTimeoutError()
    state = get_sqlstate(exc) or ""
    if state in _TIMEOUTS:
        return DatabaseTimeoutError()
    lost = isinstance(exc, DBAPIError) and exc.connection_invalidated
    if (
        lost
        or isinstance(exc, PoolTimeoutError | OSError)
        or state.startswith(_UNAVAILABLE_CLASSES)
    ):
        return DatabaseUnavailableError()
    if state == LOST_STATEMENT_SQLSTATE:
        return DatabaseRefusedError(STATEMENTS_LOST)
    if state in _SCHEMA_STATES:
        return DatabaseRefusedError(
            "The database lacks a table, a column or a right that this program needs."
            " Run `flask db upgrade` (in a host: `flask vision-tasks upgrade`) as the owner of the"
            " tables."
        )
    return None
