"""What the transaction of the comparison must not inherit from its role or its database."""

from sqlalchemy import Connection, func, literal, select

from vision_tasks.config import Settings


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
