"""Commands of developers, run as they would run them, from the root of the project."""

import subprocess
import sys
from pathlib import Path

from tests.servers import format_environment
from vision_tasks.config import Settings

ROOT = Path(__file__).parent.parent
COMMAND_SECONDS = 50


def run_command(settings: Settings, *command: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m COMMAND` with these settings in the environment; both outputs are kept."""
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=format_environment(settings),
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )
