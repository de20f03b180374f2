"""What can stop a migration; each says what was done so far and what to do."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

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
        super().__init__(
            f"A migration waited {tries} times {waited_seconds:g} s in vain for a lock that is held"
            f" by {held}. Let that transaction end, or raise MIGRATION_LOCK_SECONDS, and run the"
            " migration again; it goes on where it stopped."
        )


class UnconvertibleRowsError(VisionTasksError):
    """Tasks of the deployed system that the new schema cannot hold; none of them was touched.

    `ids` are some of the tasks, `count` is how many there are.
    """

    code = "unconvertible_rows"
    REASON: ClassVar = "these tasks cannot be migrated"
    FIX: ClassVar = "Correct them"

    def __init__(self, ids: Sequence[UUID], count: int) -> None:
        named = ", ".join(map(str, ids)) + (", …" if count > len(ids) else "")
        super().__init__(
            f"{self.REASON} ({count} in all): {named}. {self.FIX}, and run the migration again; no"
            " task has been changed."
        )


class UnconvertibleResultsError(UnconvertibleRowsError):
    """Results that `json` accepts and `jsonb` does not."""

    code = "unconvertible_results"
    REASON = (
        "jsonb cannot store the results of these tasks, which hold U+0000, half of a surrogate"
        " pair, or a number beyond its range"
    )
    FIX = "Correct these results, or set them to NULL"


class UnconvertibleMomentsError(UnconvertibleRowsError):
    """Moments that not every client can read."""

    code = "unconvertible_moments"
    REASON = "these tasks have a created_at or updated_at outside of the years 1 to 9999"
    FIX = "Correct these moments"


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


class TransactionPoolerError(ConfigurationError):
    """Migrations were to run through a pooler that gives each transaction another session."""

    def __init__(self) -> None:
        super().__init__(
            "The database is reached through a transaction pooler, where a migration can keep no"
            " lock. Set MIGRATION_DATABASE_URL to the direct address of PostgreSQL; the apps go on"
            " using the pooler."
        )
