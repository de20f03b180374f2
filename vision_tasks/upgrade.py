"""Bring the schema to the newest revision from inside a program; it raises and never exits."""

from pathlib import Path
from threading import Lock

from alembic import command, context
from alembic.config import Config
from alembic.util import CommandError

import vision_tasks
from vision_tasks.config import Settings
from vision_tasks.errors import VisionTasksError
from vision_tasks.migrating.errors import MigrationFailedError


def find_migrations() -> Path:
    """Locate the Alembic environment, which lies beside this package wherever it is installed.

    It is not looked up by its name, for a host may have a package `migrations` too.
    """
    migrations = Path(vision_tasks.__file__).parent.parent / "migrations"
    if not (migrations / "env.py").is_file():
        raise VisionTasksError("The package `migrations` is missing; install vision-tasks again.")
    return migrations


_ALEMBIC = Lock()


def upgrade_to_head(settings: Settings, *, beside_a_host: bool = False) -> None:
    """Apply every revision that the database lacks; logging of the caller is left as it is.

    With `beside_a_host` it begins no history in a schema that may be another application's
    unless POSTGRES_SCHEMA says so. Raises VisionTasksError where the database refuses, is away,
    is being migrated, or holds something that cannot be migrated. Threads take turns, because
    what revisions work with is global in Alembic; where another Alembic is at work in this
    process (a host's own upgrade that calls this one), it raises MigrationFailedError.
    """
    config = Config(attributes={"settings": settings, "beside_a_host": beside_a_host})
    config.set_main_option("script_location", str(find_migrations()).replace("%", "%%"))
    try:
        with _ALEMBIC:
            _refuse_another_run()
            command.upgrade(config, "head")
    except CommandError as exc:
        raise MigrationFailedError(f"The schema cannot be brought up to date: {exc}.") from exc


def _refuse_another_run() -> None:
    if getattr(context, "_proxy", None) is not None:
        raise MigrationFailedError(
            "Another Alembic is at work in this process, which can run only one at a time. Upgrade"
            " the desk before it or after it."
        )
