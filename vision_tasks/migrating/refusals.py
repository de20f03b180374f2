"""What PostgreSQL's refusal of a migration means to the developer who runs it."""

from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError

from vision_tasks.errors import DatabaseUnavailableError, VisionTasksError
from vision_tasks.faults import NO_RIGHT_SQLSTATE, get_sqlstate, translate_database_error
from vision_tasks.migrating.errors import InterruptedMigrationError, MigrationFailedError

# Undefined, duplicate and forbidden objects; the apps read these as a schema that is behind.
_OF_THE_SCHEMA = ("42", "3F")


def explain_refusal(exc: Exception) -> VisionTasksError | None:
    """Turn an error met while migrating into ours; None where it is no fault of the database.

    Of the driver's text only PostgreSQL's primary message is kept: it names objects, no data.
    """
    for cause in _list_causes(exc):
        if not isinstance(cause, Exception):
            return InterruptedMigrationError()
        if isinstance(cause, DBAPIError) and cause.connection_invalidated:
            return DatabaseUnavailableError()
    state = get_sqlstate(exc) or ""
    if not state.startswith(_OF_THE_SCHEMA) and (error := translate_database_error(exc)):
        return error
    if not isinstance(exc, DBAPIError):
        return None
    reason = getattr(getattr(exc.orig, "diag", None), "message_primary", None) or "it says no more"
    fix = ""
    if state == NO_RIGHT_SQLSTATE:
        fix = " Give the role that right, or name one that has it in MIGRATION_DATABASE_URL."
    return MigrationFailedError(
        f"PostgreSQL refuses a migration: {reason} (SQLSTATE {state or 'unknown'}).{fix}"
    )


def _list_causes(exc: BaseException | None) -> Iterator[BaseException]:
    # What was to be put in order after the cause fails as well, and is raised in its place.
    while exc is not None:
        yield exc
        exc = exc.__context__
