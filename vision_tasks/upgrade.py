"""Bring the schema to the newest revision from inside a program; it raises and never exits."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from uuid import UUID

from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from vision_tasks.config import Settings
from vision_tasks.errors import VisionTasksError


class MigrationLockedError(VisionTasksError):
    """Another upgrade of the same database did not end in time."""

    code = "migration_locked"

    def __init__(self, waited_seconds: float) -> None:
        super().__init__(
            f"Another migration has been running on this database for over {waited_seconds:g} s;"
            " let it end, then run this one again."
        )


class UnconvertibleResultsError(VisionTasksError):
    """Results of the deployed system that `jsonb` cannot hold; nothing was changed.

    `ids` are some of the tasks, `count` is how many there are.
    """

    code = "unconvertible_results"

    def __init__(self, ids: Sequence[UUID], count: int) -> None:
        named = ", ".join(map(str, ids)) + (", …" if count > len(ids) else "")
        super().__init__(
            f"{count} tasks hold a result that jsonb cannot store (U+0000, half of a surrogate"
            f" pair, a number beyond its range): {named}. Correct these results, or set them to"
            " NULL, and run the migration again; so far nothing has been changed."
        )


class MigrationFailedError(VisionTasksError):
    """A revision could not be applied; those before it were."""

    code = "migration_failed"


class TableLockedError(VisionTasksError):
    """A migration did not get the lock on a table in time; that revision was not applied."""

    code = "table_locked"

    def __init__(self, waited_seconds: float) -> None:
        super().__init__(
            f"A migration waited {waited_seconds:g} s in vain for a lock on a table that another"
            " session uses. Let that session end its transaction, or raise MIGRATION_LOCK_SECONDS,"
            " and run the migration again; it goes on where it stopped."
        )


def find_migrations() -> Path:
    """Locate the Alembic environment, wherever the package is installed."""
    spec = find_spec("migrations")
    if spec is None or not spec.submodule_search_locations:
        raise VisionTasksError("The package `migrations` is missing; install vision-tasks again.")
    return Path(spec.submodule_search_locations[0])


def upgrade_to_head(settings: Settings) -> None:
    """Apply every revision that the database lacks; logging of the caller is left as it is.

    Raises VisionTasksError where the database refuses, is away, is being migrated, or holds
    something that cannot be migrated.
    """
    config = Config(attributes={"settings": settings})
    config.set_main_option("script_location", str(find_migrations()).replace("%", "%%"))
    try:
        command.upgrade(config, "head")
    except CommandError as exc:
        raise MigrationFailedError(
            f"The schema cannot be brought up to date: {exc}. A database that a newer version of"
            " this program has migrated needs that version."
        ) from exc
