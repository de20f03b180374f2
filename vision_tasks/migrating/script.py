"""What stands before the statements of `--sql`, for psql to run under the same conditions."""

from vision_tasks.config import Settings
from vision_tasks.migrating.session_settings import format_session_settings
from vision_tasks.migrating.turns import ADVISORY_LOCK_KEY


def format_preamble(settings: Settings) -> tuple[str, ...]:
    """Write the first lines of a script: it stops at the first error, and runs alone."""
    schema = settings.POSTGRES_SCHEMA
    return (
        "\\set ON_ERROR_STOP on",
        "SET client_min_messages = warning;",
        f"{format_session_settings(settings)};",
        # Held until psql ends. The wait for it ends like any other wait for a lock.
        f"DO 'BEGIN PERFORM pg_advisory_lock({ADVISORY_LOCK_KEY}); END';",
        *(
            (f'CREATE SCHEMA IF NOT EXISTS "{schema}";', f'SET search_path = "{schema}";')
            if schema
            else ()
        ),
    )
