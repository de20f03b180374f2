"""What the transaction of the comparison must not inherit from its role or its database."""

from sqlalchemy import Connection, func, literal, select, text

from vision_tasks.config import Settings

# The indexes name operator classes of extensions, which are not in a schema of the desk's own.
# Where that is missing, no other shall be taken for it.
_REACH_EXTENSIONS = text("""
SELECT set_config('search_path',
                  concat_ws(', ', current_setting('search_path'),
                            extnamespace::regnamespace::text), true)
  FROM pg_extension WHERE extname = 'pg_trgm' AND current_schema() IS NOT NULL""")


def set_local_settings(connection: Connection, settings: Settings) -> None:
    """Limit each statement, and have names and strings read and written in the ordinary way."""
    values = {
        "statement_timeout": str(max(1, round(settings.DATABASE_STATEMENT_SECONDS * 1000))),
        "quote_all_identifiers": "off",
        "standard_conforming_strings": "on",
    }
    is_local = literal(value=True)
    connection.execute(
        select(*(func.set_config(name, value, is_local) for name, value in values.items()))
    )
    connection.execute(_REACH_EXTENSIONS)
