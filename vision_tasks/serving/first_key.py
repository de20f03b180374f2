"""The key in the command of the screen: on the embedded database, one that was made just now."""

from dataclasses import dataclass

from pydantic import SecretStr

from vision_tasks.api_key_changes import FIRST_NAME, make_first_key
from vision_tasks.attribution import Attribution, select_attribution
from vision_tasks.config import Settings
from vision_tasks.database import create_sync_engine
from vision_tasks.serving.commands import ACTOR, format_command

VARIABLE = "VISION_TASKS_KEY"
ADD_COMMAND = "api-key add NAME --scope tasks:read --scope tasks:write"


@dataclass(frozen=True)
class FirstKey:
    """What stands for a key in the command; `secret` is that of a key which this start made."""

    add_command: str
    secret: SecretStr | None = None

    def format_header(self) -> str:
        """Write the header as a word for the shell; the one place that shows the secret."""
        if self.secret is None:
            return f'"Authorization: Bearer ${VARIABLE}"'
        return f"'Authorization: Bearer {self.secret.get_secret_value()}'"

    def describe(self) -> str:
        """Say for the screen what key that is."""
        if self.secret is None:
            return f"{VARIABLE} stands for a key of yours. To make one:\n\n  {self.add_command}"
        return (
            f"The key in this line, {FIRST_NAME}, was made just now and may do everything."
            f"\nIt is shown this once. Keep it, in {VARIABLE} for one."
        )


def provide_key(settings: Settings) -> FirstKey:
    """Make the first key where the database is the embedded one and never had a key.

    Of several that start at once one makes it. Anywhere else none is made: a key that comes by
    itself would be a way in.
    """
    command = format_command(settings, ADD_COMMAND)
    if not settings.uses_embedded:
        return FirstKey(command)
    engine = create_sync_engine(settings, application="vision-tasks-serve")
    try:
        with engine.begin() as connection:
            connection.execute(select_attribution(Attribution(ACTOR)))
            secret = make_first_key(connection)
    finally:
        engine.dispose()
    return FirstKey(command, secret)
