"""What can stop a migration; each says what was done so far and what to do."""

from collections.abc import Sequence
from typing import ClassVar

from vision_tasks.errors import ConfigurationError, VisionTasksError


class MigrationFailedError(VisionTasksError):
    """A revision could not be applied; those before it were."""

    code = "migration_failed"


class MigrationLockedError(VisionTasksError):
    """Another migration of the same database did not end in time; `holder` says whose."""

    code = "migration_locked"

    def __init__(self, waited_seconds: float, holder: str) -> None:
        super().__init__(
            f"Another migration of this database ({holder}) has not ended within"
            f" {waited_seconds:g} s. Let it end, or raise MIGRATION_WAIT_SECONDS, and run this one"
            " again."
        )


class TableLockedError(VisionTasksError):
    """A migration did not get the lock on a table in time; that revision was not finished.

    `blockers` describes the sessions that held the lock.
    """

    code = "table_locked"

    def __init__(self, waited_seconds: float, tries: int, blockers: Sequence[str]) -> None:
        held = " and ".join(blockers) or "a session that has ended meanwhile"
        times = "" if tries == 1 else f"{tries} times "
        super().__init__(
            f"A migration waited {times}{waited_seconds:g} s in vain for a lock that is held"
            f" by {held}. Let that transaction end, or raise MIGRATION_LOCK_SECONDS, and run the"
            " migration again; it goes on where it stopped."
        )


class LongWaitError(Exception):
    """A statement that may wait for long without being in anybody's way did so in vain."""


class UnmetPreconditionError(VisionTasksError):
    """A revision found what it cannot work with, and touched nothing of it.

    `names` are some of what was found, `count` is how many there are.
    """

    code = "unmet_precondition"
    REASON: ClassVar = "the database is not as this revision needs it"
    FIX: ClassVar = "Correct it, then run the migration again"

    def __init__(self, names: Sequence[str], count: int) -> None:
        named = ", ".join(names) + (", …" if count > len(names) else "")
        super().__init__(f"Not migrated: {self.REASON} ({count} in all): {named}. {self.FIX}.")


class UnconvertibleResultsError(UnmetPreconditionError):
    """Results that `json` accepts and `jsonb` does not."""

    code = "unconvertible_results"
    REASON = (
        "jsonb cannot store the results of these tasks, which hold U+0000, half of a surrogate"
        " pair, or a number beyond its range"
    )
    FIX = "Correct these results, or set them to NULL, then run the migration again"


class UnconvertibleMomentsError(UnmetPreconditionError):
    """Moments that not every client can read."""

    code = "unconvertible_moments"
    REASON = "these tasks have a created_at or updated_at outside of the years 1 to 9999"
    FIX = "Correct these moments, then run the migration again"


class DependentObjectsError(UnmetPreconditionError):
    """Somebody has built on a column that is to be replaced."""

    code = "dependent_objects"
    REASON = "these depend on the column result of tasks, which is replaced by one of type jsonb"
    FIX = "Drop them, run the migration, then make them again"


class ExtensionError(MigrationFailedError):
    """The database lacks an extension that this role cannot bring; `state` is the SQLSTATE."""

    REASONS: ClassVar = {
        "42501": "this role may not create it",
        # That it is not there at all: since PostgreSQL 16, and before.
        "0A000": "this server does not offer it",
        "58P01": "this server does not offer it",
    }

    def __init__(self, name: str, state: str) -> None:
        super().__init__(
            f"The database needs the extension {name}, and {self.REASONS[state]}. Let an"
            f" administrator of it run `CREATE EXTENSION {name} SCHEMA public` (where that is"
            " unknown, PostgreSQL's contrib modules are to be installed first), then run the"
            " migration again."
        )


class UnknownRevisionError(MigrationFailedError):
    """The database stands at a revision that this program does not have."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"The database is at revision {revision}, which this program does not know. If a newer"
            " version of this program has migrated it, deploy that version. If alembic_version"
            " belongs to another application, give the desk a schema of its own: set"
            " POSTGRES_SCHEMA to task_desk, say."
        )


class SharedDatabaseError(ConfigurationError):
    """A host's upgrade was not told where in the database the desk shall live."""

    def __init__(self) -> None:
        super().__init__(
            "POSTGRES_SCHEMA is not set, so the desk would share the schema and the alembic_version"
            " of this application. Set POSTGRES_SCHEMA to a name of its own (task_desk, say), or"
            " to public where the desk has the database to itself."
        )


class SchemaNameError(ConfigurationError):
    """The schema of the desk has the name of the role, so the host would look into it first."""

    def __init__(self, schema: str) -> None:
        super().__init__(
            f"POSTGRES_SCHEMA is {schema}, which is also the name of the role: PostgreSQL would"
            " show this application the desk's tables in place of its own. Choose another name,"
            " task_desk, say."
        )


class InterruptedMigrationError(VisionTasksError):
    """Whoever ran the migration stopped it."""

    code = "migration_interrupted"

    def __init__(self) -> None:
        super().__init__(
            "The migration was interrupted. Run it again: it goes on where it stopped."
        )


class TransactionPoolerError(ConfigurationError):
    """Migrations were to run through a pooler that gives each transaction another session."""

    def __init__(self) -> None:
        super().__init__(
            "The database is reached through a transaction pooler, where a migration can keep no"
            " lock. Set MIGRATION_DATABASE_URL to the direct address of PostgreSQL; the apps go on"
            " using the pooler."
        )
