"""`flask vision-tasks`: what a developer does to the desk's database from the host's app."""

from click import ClickException, echo
from flask.cli import AppGroup

from dashboard.keys.commands import make_key_commands
from dashboard.terminal import one_line
from vision_tasks.config import Settings


def make_commands(settings: Settings, *, beside_a_host: bool, upgrade_command: str) -> AppGroup:
    """Make the group for one app; it ends with status 1 and one line where it cannot do a thing.

    `beside_a_host` says that the app's database may hold tables and revisions of somebody else's.
    """
    group = AppGroup("vision-tasks", help="The database of the task desk.")

    @group.command("upgrade")
    def upgrade() -> None:
        """Bring the desk's schema to the newest revision; nothing of the host's is touched."""
        # Imported here, for an app that serves pages needs no Alembic.
        from vision_tasks.revisions import get_code_revision  # noqa: PLC0415
        from vision_tasks.upgrade import upgrade_to_head  # noqa: PLC0415

        with one_line(settings):
            upgrade_to_head(settings, beside_a_host=beside_a_host)
            echo(f"At revision {get_code_revision()}: {settings.database_place}.")

    @group.command("check-schema")
    def check_schema() -> None:
        """Compare the database with what this version expects, beyond what Alembic can see."""
        from vision_tasks.schema_check import find_drift  # noqa: PLC0415

        with one_line(settings):
            drift = find_drift(settings, command=upgrade_command)
            for difference in drift:
                echo(difference)
            if drift:
                raise ClickException(f"The schema differs in {len(drift)} places.")
            echo(f"The schema is as it should be: {settings.database_place}.")

    group.add_command(make_key_commands(settings))
    return group
