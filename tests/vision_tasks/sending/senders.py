"""`vision-tasks send` as a process of its own, as a shell would start it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.keys import KEY

SECONDS = 50
_RUN = re.compile(r"^Run (\S+)\. ", re.MULTILINE)


@dataclass
class Sent:
    """How a sending ended, and the name of its run."""

    status: int
    printed: str

    @property
    def run(self) -> str:
        found = _RUN.search(self.printed)
        assert found, self.printed
        return found[1]

    @property
    def end(self) -> str:
        return self.printed.splitlines()[-1]


def make_environment(key: str | None = KEY) -> dict[str, str]:
    chosen = {name: value for name, value in os.environ.items() if name != "VISION_TASKS_KEY"}
    return chosen | ({"VISION_TASKS_KEY": key} if key else {})


def make_command(url: str, *options: str) -> list[str]:
    return [sys.executable, "-m", "vision_tasks.cli", "send", "--url", url, *options]


def join_names(names: Iterable[str], end: str = "\n") -> bytes:
    return "".join(name + end for name in names).encode()


def send(url: str, data: bytes, *options: str, key: str | None = KEY) -> Sent:
    """Send `data` through a pipe, and let it end."""
    done = subprocess.run(
        make_command(url, *options),
        input=data,
        env=make_environment(key),
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.stdout == b""
    printed = done.stderr.decode()
    assert "Traceback" not in printed
    return Sent(done.returncode, printed)


class Sender:
    """A sending under way, whose input is a file or is written bit by bit."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def write(self, data: bytes) -> None:
        assert self._process.stdin
        self._process.stdin.write(data)
        self._process.stdin.flush()

    def close_input(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.stdin = None

    def measure_bytes(self) -> int | None:
        """Return how much memory it holds, None once it has ended."""
        if self._process.poll() is not None:
            return None
        try:
            return int(psutil.Process(self._process.pid).memory_info().rss)
        except psutil.NoSuchProcess:
            return None

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def wait(self) -> Sent:
        """Wait for its end, with the input closed."""
        _, printed = self._process.communicate(timeout=SECONDS)
        return Sent(self._process.returncode, printed.decode())

    def wait_with_open_input(self) -> Sent:
        """Wait for its end while whoever writes the names still could."""
        status = self._process.wait(SECONDS)
        assert self._process.stderr
        return Sent(status, self._process.stderr.read().decode())


@contextmanager
def start_sending(url: str, *options: str, source: Path | None = None) -> Iterator[Sender]:
    with (source or Path(os.devnull)).open("rb") as file:
        process = subprocess.Popen(
            make_command(url, *options),
            stdin=file if source else subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=make_environment(),
        )
    with process:
        try:
            yield Sender(process)
        finally:
            process.kill()
