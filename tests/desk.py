"""`vision-tasks serve` as a person runs it: start it, read its screen, stop it."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.commands import ROOT
from tests.servers import find_free_port

SCREEN_SECONDS = 50
POLL_SECONDS = 0.05
LAST_LINE = "Ctrl-C stops it."


class Desk:
    """A running `vision-tasks serve` with what it has printed so far."""

    def __init__(
        self,
        *options: str,
        environment: Mapping[str, str] | None = None,
        directory: Path = ROOT,
    ) -> None:
        self.api_port, self.dashboard_port = find_free_port(), find_free_port()
        self.printed = ""
        ports = ["--api-port", str(self.api_port), "--dashboard-port", str(self.dashboard_port)]
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "vision_tasks.cli", "serve", *ports, *options],
            cwd=directory,
            env={**os.environ, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.api_port}"

    @property
    def dashboard(self) -> str:
        return f"http://127.0.0.1:{self.dashboard_port}"

    def wait_for_screen(self) -> str:
        """Return all that was printed up to the end of the screen."""
        deadline = time.monotonic() + SCREEN_SECONDS
        while LAST_LINE not in self.printed:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"no screen: {self.printed}")
            time.sleep(POLL_SECONDS)
        return self.printed

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal and return the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        status = self.process.wait(SCREEN_SECONDS)
        self._reader.join(SCREEN_SECONDS)
        return status

    def find_command(self) -> str:
        """The ready command of the screen."""
        found = re.search(r"^ +(curl .+)$", self.printed, re.MULTILINE)
        assert found is not None
        return found[1]

    def find_key(self) -> str:
        """The key that this very start made."""
        found = re.search(r"Bearer (vt_\w+)", self.find_command())
        assert found is not None, self.printed
        return found[1]

    def find_admin(self) -> tuple[str, str]:
        """The address and the password of the admin whom this very start made."""
        found = re.search(r"^  Sign in +(\S+) with the password (\S+) ", self.printed, re.MULTILINE)
        assert found is not None, self.printed
        return found[1], found[2]

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout:
            for line in self.process.stdout:
                self.printed += line


@contextmanager
def run_desk(
    data_directory: Path, *options: str, environment: Mapping[str, str] | None = None
) -> Iterator[Desk]:
    """Run the desk on its embedded database and end it afterwards, whatever happened."""
    desk = Desk("--data-dir", str(data_directory), *options, environment=environment)
    try:
        desk.wait_for_screen()
        yield desk
    finally:
        desk.stop()
