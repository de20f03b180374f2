"""What stands before the statements of `--sql`, for psql to run with the same limits."""

from vision_tasks.config import Settings


def format_preamble(settings: Settings) -> tuple[str, ...]:
    """Write the first lines of a script: stop at the first error, wait no longer than we would."""
    schema = settings.POSTGRES_SCHEMA
    return (
        "\\set ON_ERROR_STOP on",
        "SET client_min_messages = warning;",
        "SET statement_timeout = 0;",
        f"SET lock_timeout = {round(settings.MIGRATION_LOCK_SECONDS * 1000)};",
        *(
            (f"CREATE SCHEMA IF NOT EXISTS {schema};", f"SET search_path = {schema};")
            if schema
            else ()
        ),
        "",
    )
