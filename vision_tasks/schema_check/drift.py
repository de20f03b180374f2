"""All the comparisons, in one transaction that leaves nothing behind."""

from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import Connection

from vision_tasks.config import Settings
from vision_tasks.database import create_sync_engine
from vision_tasks.errors import VisionTasksError
from vision_tasks.faults import translate_database_error
from vision_tasks.revisions import UPGRADE_COMMAND, fetch_schema_state
from vision_tasks.schema_check.collations import find_collation_drift
from vision_tasks.schema_check.constraints import find_constraint_drift
from vision_tasks.schema_check.enums import find_enum_drift
from vision_tasks.schema_check.functions import find_function_drift
from vision_tasks.schema_check.indexes import find_index_drift
from vision_tasks.schema_check.inheritance import find_inheritance_drift
from vision_tasks.schema_check.local_settings import set_local_settings
from vision_tasks.schema_check.rights import find_right_drift, require_temporary_right
from vision_tasks.schema_check.rules import find_rule_drift
from vision_tasks.schema_check.tables import find_table_drift
from vision_tasks.schema_check.triggers import find_trigger_drift
from vision_tasks.schema_check.wanted import Schemas, make_wanted

APPLICATION_NAME = "vision-tasks-check"
_FINDERS: tuple[Callable[[Connection, Schemas], Iterable[str]], ...] = (
    find_table_drift,
    find_inheritance_drift,
    find_rule_drift,
    find_collation_drift,
    find_enum_drift,
    find_function_drift,
    find_right_drift,
    find_trigger_drift,
    find_constraint_drift,
    find_index_drift,
)


def find_drift(settings: Settings, *, command: str = UPGRADE_COMMAND) -> list[str]:
    """Compare the database with the code, one line a difference: how it is, how it should be.

    Reads enum labels, functions, triggers, legal moves, constraints, rules, inheritance, traits
    of tables, definitions of indexes, collations and the revision; columns, and indexes that are
    missing or extra, are for `flask db check`. It looks at the schema in which the connection
    would create tables; `command` is what upgrades it. Raises VisionTasksError where the database
    is away or refuses, and TemporaryRightError where the role may make no temporary objects.
    """
    engine = create_sync_engine(settings, application=APPLICATION_NAME)
    try:
        with engine.begin() as connection:
            state = fetch_schema_state(connection)
        differences = [] if state.matches else [state.explain(command)]
        with engine.connect() as connection:
            # Left without a commit, so nothing stays of what is made for comparison.
            set_local_settings(connection, settings)
            require_temporary_right(connection)
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


def _compare(connection: Connection) -> Iterator[str]:
    schemas, differences = make_wanted(connection)
    yield from differences
    for find in _FINDERS:
        yield from find(connection, schemas)
