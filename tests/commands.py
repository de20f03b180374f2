"""Commands of developers, run as they would run them, from the root of the project."""

import subprocess
from pathlib import Path

from tests import warm
from tests.servers import format_environment
from vision_tasks.config import Settings

ROOT = Path(__file__).parent.parent
COMMAND_SECONDS = 50


def run_command(settings: Settings, *command: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m COMMAND` with these settings in the environment; both outputs are kept."""
    environment = format_environment(settings)
    return warm.run(*command, directory=ROOT, environment=environment, seconds=COMMAND_SECONDS)
