"""All the comparisons, in one transaction that leaves nothing behind."""

from sqlalchemy import Connection, func, literal, select

from vision_tasks.config import Settings
from vision_tasks.database import create_sync_engine
from vision_tasks.errors import VisionTasksError
from vision_tasks.faults import translate_database_error
from vision_tasks.revisions import fetch_schema_state
from vision_tasks.schema_check.constraints import find_constraint_drift
from vision_tasks.schema_check.enums import find_enum_drift
from vision_tasks.schema_check.functions import find_function_drift
from vision_tasks.schema_check.indexes import find_index_drift
from vision_tasks.schema_check.triggers import find_trigger_drift
from vision_tasks.schema_check.wanted import make_wanted

APPLICATION_NAME = "vision-tasks-check"


def find_drift(settings: Settings) -> list[str]:
    """Compare the database with the code, one line a difference: how it is, how it should be.

    Reads enum labels, functions, triggers, legal moves, checks, broken indexes and the revision;
    columns and indexes are for `flask db check`. It looks at the schema in which the connection
    would create tables. Raises VisionTasksError where the database is away or refuses.
    """
    engine = create_sync_engine(settings, application=APPLICATION_NAME)
    try:
        with engine.begin() as connection:
            state = fetch_schema_state(connection)
        differences = [] if state.matches else [state.explain()]
        with engine.connect() as connection:
            # Left without a commit, so nothing stays of what is made for comparison.
            _limit_waits(connection, settings)
            differences += _compare(connection)
    except VisionTasksError:
        raise
    except Exception as exc:
        error = translate_database_error(exc)
        if error is None:
            raise
        raise error from exc
    finally:
        engine.dispose()
    return [" ".join(difference.split()) for difference in differences]


def _limit_waits(connection: Connection, settings: Settings) -> None:
    milliseconds = str(max(1, round(settings.DATABASE_STATEMENT_SECONDS * 1000)))
    connection.execute(
        select(func.set_config("statement_timeout", milliseconds, literal(value=True)))
    )


def _compare(connection: Connection) -> list[str]:
    schemas, differences = make_wanted(connection)
    return [
        *differences,
        *find_enum_drift(connection, schemas),
        *find_function_drift(connection, schemas),
        *find_trigger_drift(connection, schemas),
        *find_constraint_drift(connection, schemas),
        *find_index_drift(connection, schemas),
    ]
