"""Commands that the screen tells people to run, and who acts where this command itself does."""

import shlex

from vision_tasks.config import Settings
from vision_tasks.embedded import default_data_directory

ACTOR = "cli:serve"


def format_command(settings: Settings, arguments: str) -> str:
    """Write a `flask` command for a shell, such that it finds the database of this start."""
    command = f"uv run flask {arguments}"
    if settings.uses_embedded and default_data_directory() != settings.DATA_DIRECTORY:
        return f"VISION_TASKS_DATA_DIR={shlex.quote(str(settings.DATA_DIRECTORY))} {command}"
    return command
