"""Databases for tests, on the one PostgreSQL of a run."""

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql

from vision_tasks.config import Settings
from vision_tasks.embedded import Address

# Of every table but Alembic's own, history included: for a superuser no trigger stands in the way.
# To truncate means new files, which takes five hundred times as long as to delete the few rows of
# a test; where many were, what is left of them would slow down the tests that follow.
_EMPTY = """
DO $$
DECLARE
  one record;
  large text;
BEGIN
  FOR one IN SELECT oid::regclass AS name, pg_relation_size(oid) > 131072 AS is_large
               FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
                AND relname <> 'alembic_version' LOOP
    IF one.is_large THEN
      large := concat_ws(', ', large, one.name);
    ELSE
      EXECUTE 'DELETE FROM ' || one.name;
    END IF;
  END LOOP;
  IF large IS NOT NULL THEN
    EXECUTE 'TRUNCATE ' || large || ' CASCADE';
  END IF;
END
$$"""

# With a time limit, pg_terminate_backend would look again after a tenth of a second only.
_SEND_AWAY = """
DO $$
DECLARE
  others int[];
BEGIN
  FOR attempt IN 1..5000 LOOP
    others := ARRAY(SELECT pid FROM pg_stat_activity
                     WHERE datname = current_database() AND pid <> pg_backend_pid());
    EXIT WHEN others = '{}';
    PERFORM pg_terminate_backend(pid) FROM unnest(others) AS pid;
    PERFORM pg_sleep(0.001), pg_stat_clear_snapshot();
  END LOOP;
END
$$"""


def connect(address: Address, database: str | None = None) -> Any:
    """Open an autocommitting psycopg2 connection, as `psql` would."""
    connection = psycopg2.connect(
        host=address.host,
        port=address.port,
        user=address.user,
        password=address.password.get_secret_value(),
        dbname=database or address.database,
        application_name="psql",
    )
    connection.autocommit = True
    return connection


@dataclass(frozen=True)
class Databases:
    """Makes and drops databases owned by the application's role, which is no superuser."""

    application: Address
    superuser: Address
    data_directory: Path
    _clearing: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """Connections that stay: the first statements on one take longer than what they do."""

    @contextmanager
    def create(self, *, template: str = "template0", more: str = "") -> Iterator[Settings]:
        name = f"test_{secrets.token_hex(6)}"
        self.run_as_superuser(
            # Nothing waits for the disk, so to copy files takes half as long as to log each page.
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy " + more).format(
                sql.Identifier(name),
                sql.Identifier(template),
                sql.Identifier(self.application.user),
            )
        )
        try:
            yield self.settings_of(name)
        finally:
            if name in self._clearing:
                self._clearing.pop(name).close()
            self.run_as_superuser(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def settings_of(self, database: str, **overrides: Any) -> Settings:
        values: dict[str, Any] = {
            "POSTGRES_SERVER": self.application.host,
            "POSTGRES_PORT": self.application.port,
            "POSTGRES_USER": self.application.user,
            "POSTGRES_PASSWORD": self.application.password,
            "POSTGRES_DB": database,
            "DATA_DIRECTORY": self.data_directory.parent / "data",
            "SECRET_KEY": "only-for-tests-0123456789",
            **overrides,
        }
        return Settings(_env_file=None, **values)

    def clear(self, database: str) -> None:
        """Send everybody away and remove every row."""
        try:
            self._empty(database)
        except psycopg2.OperationalError:
            # A test may have sent this one away too.
            if not self._clearing.pop(database).closed:
                raise
            self._empty(database)

    def _empty(self, database: str) -> None:
        if database not in self._clearing:
            self._clearing[database] = connect(self.superuser, database)
        with self._clearing[database].cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(_SEND_AWAY)
            cursor.execute(_EMPTY)

    def set_password(self, account: Address) -> None:
        """Store the password of `account` anew, hashed as the server does it now."""
        self.run_as_superuser(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                sql.Identifier(account.user), sql.Literal(account.password.get_secret_value())
            )
        )

    def run_as_superuser(self, statement: Any, database: str | None = None) -> list[Any]:
        """Run one statement as the superuser and return its rows."""
        with (
            closing(connect(self.superuser, database)) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []


@contextmanager
def psql(settings: Settings) -> Iterator[Any]:
    """A cursor of a third party: plain SQL on the database of `settings`, autocommitting."""
    connection = psycopg2.connect(
        host=settings.POSTGRES_SERVER,
        port=settings.POSTGRES_PORT,
        user=settings.POSTGRES_USER,
        password=settings.POSTGRES_PASSWORD.get_secret_value(),
        dbname=settings.POSTGRES_DB,
        application_name="psql",
    )
    connection.autocommit = True
    with closing(connection), connection.cursor() as cursor:
        yield cursor
