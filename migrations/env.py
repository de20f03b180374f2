"""What Alembic runs for each of its commands, with or without Flask."""

import logging
import sys
from typing import Any

from alembic import context
from alembic.util import CommandError
from psycopg2 import extensions

from vision_tasks.config import Settings, load_settings
from vision_tasks.errors import ConfigurationError, VisionTasksError
from vision_tasks.interruptible import wait_interruptibly
from vision_tasks.migrating.autogenerate import AUTOGENERATE
from vision_tasks.migrating.errors import InterruptedMigrationError
from vision_tasks.migrating.run import MigrationRun
from vision_tasks.migrating.script import format_preamble
from vision_tasks.migrating.steps import Steps
from vision_tasks.models import Task

config = context.config
metadata = Task.metadata


def _include_name(name: str | None, type_: str, _parents: Any) -> bool:
    # Tables of somebody else's in our schema are none of ours.
    return type_ != "table" or name in metadata.tables


def _configure(*preamble: str, steps: Steps | None = None, **arguments: Any) -> None:
    context.configure(
        target_metadata=metadata,
        include_name=_include_name,
        compare_server_default=True,
        transaction_per_migration=True,
        **AUTOGENERATE,
        **arguments,
    )
    for line in preamble:
        context.static_output(line)
    if steps is not None:
        steps.attach(context.get_context())
    with context.begin_transaction():
        context.run_migrations()


def _changes_the_database() -> bool:
    try:
        context.get_revision_argument()
    except KeyError:
        return False
    except CommandError:
        return True
    return True


def _run(settings: Settings) -> None:
    if context.is_offline_mode():
        _configure(*format_preamble(settings), dialect_name="postgresql", literal_binds=True)
        return
    run = MigrationRun(
        settings,
        {script.revision for script in context.script.walk_revisions()},
        beside_a_host=config.attributes.get("beside_a_host", False),
    )
    if _changes_the_database():
        steps = Steps()
        run.change(lambda connection: _configure(connection=connection, steps=steps))
    else:
        run.read(lambda connection: _configure(connection=connection))


def _run_as_a_command() -> None:
    # In one sentence, where the command line shows what was logged and what was raised.
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(message)s"
    )
    logging.getLogger("alembic").setLevel(logging.INFO)
    logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)
    logging.getLogger("vision_tasks").setLevel(logging.ERROR)
    try:
        settings = load_settings()
    except ConfigurationError as exc:
        raise CommandError(str(exc)) from exc
    extensions.set_wait_callback(wait_interruptibly)
    try:
        _run(settings)
    except KeyboardInterrupt:
        raise CommandError(str(InterruptedMigrationError())) from None
    except VisionTasksError as exc:
        place = settings.for_migrations(connections=1).database_place
        raise CommandError(f"{exc} ({place})") from exc


if "settings" in config.attributes:
    _run(config.attributes["settings"])
else:
    _run_as_a_command()
