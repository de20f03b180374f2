"""A run of revisions on a live database: alone, patient, with bounded waits."""

from collections.abc import Callable, Collection

from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, event, text

from vision_tasks.config import Settings
from vision_tasks.database import create_sync_engine
from vision_tasks.errors import VisionTasksError
from vision_tasks.migrating.errors import SchemaNameError, SharedDatabaseError, UnknownRevisionError
from vision_tasks.migrating.patience import LOOK_SECONDS, BlockerWatch, run_patiently
from vision_tasks.migrating.pooler import PROBES, refuse_transaction_pooler
from vision_tasks.migrating.refusals import explain_refusal
from vision_tasks.migrating.session_settings import KEEP_ISOLATION, format_session_settings
from vision_tasks.migrating.sessions import get_backend_pid
from vision_tasks.migrating.turns import take_turn

APPLICATION_NAME = "vision-tasks-migrations"

Configure = Callable[[Connection], None]
"""Configures Alembic with a connection and lets it do what its command says."""


class MigrationRun:
    """One command of Alembic on the database of `settings`.

    `revisions` are those that this program knows. Whatever stops the command is raised as a
    VisionTasksError, but for faults of the program itself.
    """

    def __init__(
        self, settings: Settings, revisions: Collection[str], *, beside_a_host: bool
    ) -> None:
        self._settings = settings.for_migrations(connections=PROBES + 2)
        self._revisions = revisions
        self._beside_a_host = beside_a_host

    def read(self, configure: Configure) -> None:
        """Run a command that changes nothing; it waits for nobody."""
        self._with_engine(lambda engine: self._connect_and(engine, configure))

    def change(self, configure: Configure) -> None:
        """Run a command that changes the schema or the revision."""
        self._with_engine(lambda engine: self._change(engine, configure))

    def _change(self, engine: Engine, configure: Configure) -> None:
        with engine.connect() as connection:
            refuse_transaction_pooler(engine, connection)
            self._settle(connection)
            with take_turn(connection, seconds=self._settings.MIGRATION_WAIT_SECONDS):
                self._check_ground(connection)
                self._migrate(engine, connection, configure)

    def _migrate(self, engine: Engine, connection: Connection, configure: Configure) -> None:
        lock_seconds = self._settings.MIGRATION_LOCK_SECONDS
        pid = get_backend_pid(connection)
        connection.rollback()

        def work() -> None:
            try:
                configure(connection)
            finally:
                connection.rollback()

        with (
            engine.connect() as observer,
            BlockerWatch(observer, pid, seconds=min(LOOK_SECONDS, lock_seconds / 4)) as watch,
        ):
            run_patiently(work, watch, lock_seconds=lock_seconds)

    def _settle(self, connection: Connection) -> None:
        connection.execute(text(format_session_settings(self._settings)))
        connection.commit()

    def _check_ground(self, connection: Connection) -> None:
        found = MigrationContext.configure(connection).get_current_heads()
        is_ours = bool(found) and set(found) <= set(self._revisions)
        schema = self._settings.POSTGRES_SCHEMA
        if schema is not None:
            self._make_schema(connection, schema)
        elif self._beside_a_host and not is_ours and not self._settings.uses_embedded:
            raise SharedDatabaseError
        connection.commit()

    def _make_schema(self, connection: Connection, schema: str) -> None:
        role, exists = connection.execute(
            text("SELECT current_user, to_regnamespace(:schema) IS NOT NULL"), {"schema": schema}
        ).one()
        # https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATH
        if self._beside_a_host and role == schema:
            raise SchemaNameError(schema)
        # IF NOT EXISTS alone would ask for the right to create one that is there.
        if not exists:
            # The pattern of the setting leaves no quotes in it.
            connection.execute(text(f'CREATE SCHEMA "{schema}"'))

    def _connect_and(self, engine: Engine, configure: Configure) -> None:
        with engine.connect() as connection:
            self._settle(connection)
            configure(connection)

    def _with_engine(self, work: Callable[[Engine], None]) -> None:
        engine = create_sync_engine(self._settings, application=APPLICATION_NAME)
        event.listen(engine, "begin", _keep_isolation)
        try:
            work(engine)
        except VisionTasksError:
            raise
        except Exception as exc:
            if isinstance(exc, CommandError):
                error = self._find_unknown_revision(engine)
            else:
                error = explain_refusal(exc)
            if error is None:
                raise
            raise error from exc
        finally:
            engine.dispose()

    def _find_unknown_revision(self, engine: Engine) -> VisionTasksError | None:
        with engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_heads()
        unknown = sorted(set(found) - set(self._revisions))
        return UnknownRevisionError(unknown[0]) if unknown else None


def _keep_isolation(connection: Connection) -> None:
    # psycopg2 goes back to the database's default whenever it leaves autocommit.
    cursor = connection.connection.cursor()
    cursor.execute(KEEP_ISOLATION)
    cursor.close()
