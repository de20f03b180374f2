"""What a session that migrates must not inherit from its role or its database."""

from vision_tasks.config import Settings

# A session whose client was killed ends within this time, even in the middle of a statement.
CLIENT_CHECK_SECONDS = 1
KEEP_ISOLATION = "SET default_transaction_isolation = 'read committed'"
# Only what this server knows: transaction_timeout came with PostgreSQL 17.
_SET = """
DO $settings$
BEGIN
  PERFORM set_config(name, value, false)
    FROM (VALUES {pairs}) AS wanted (name, value) JOIN pg_settings USING (name);
END
$settings$"""


def format_session_settings(settings: Settings) -> str:
    """Write the statement that sets them for the session; it is the same for psql.

    No limit on statements and transactions, one on waits for a lock; the ordinary isolation and
    the ordinary reading and writing of names and strings; and an error where row-level
    security would hide rows.
    """
    values = {
        "statement_timeout": "0",
        "transaction_timeout": "0",
        "idle_in_transaction_session_timeout": "0",
        "lock_timeout": str(max(1, round(settings.MIGRATION_LOCK_SECONDS * 1000))),
        "client_connection_check_interval": str(CLIENT_CHECK_SECONDS * 1000),
        "default_transaction_isolation": "read committed",
        "standard_conforming_strings": "on",
        "quote_all_identifiers": "off",
        "row_security": "off",
    }
    pairs = ", ".join(f"('{name}', '{value}')" for name, value in values.items())
    return _SET.format(pairs=pairs)
