"""Workers as processes of their own, and the servers that start them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.commands import ROOT

KINDS = ("counter", "histogram", "gauge_livesum")
_WORKER = f"""
import sys
from pathlib import Path
from vision_tasks.worker_share import WorkerShare
share = WorkerShare(Path(sys.argv[1]))
print(*[share.open_file(kind).name for kind in {KINDS}], flush=True)
sys.stdin.read()
"""
_SERVER = """
import multiprocessing, sys, time
from vision_tasks.worker_directory import find_worker_directory, remove_worker_directory
with remove_worker_directory():
    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
        found = {pool.apply(find_worker_directory) for _ in range(4)}
        print(*found, flush=True)
        sys.stdin.read()
print(*[path.exists() for path in found], flush=True)
"""


class Process:
    """A process that says one line, then works until it is told to end or killed."""

    def __init__(self, script: str, *arguments: object, directory: Path) -> None:
        self._inner = subprocess.Popen(
            [sys.executable, "-c", script, *map(str, arguments)],
            cwd=ROOT,
            env={**os.environ, "TMPDIR": str(directory)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pid = self._inner.pid
        self.said = self._read_line()

    def end(self) -> list[str]:
        """Let it end, and return what it said at last."""
        return self._inner.communicate()[0].split()

    def kill(self) -> None:
        self._inner.kill()
        self._inner.communicate()

    def _read_line(self) -> list[str]:
        assert self._inner.stdout is not None
        return self._inner.stdout.readline().split()


@contextmanager
def run_worker(directory: Path) -> Iterator[Process]:
    """A worker with files of all KINDS in `directory`; it says their names."""
    yield from _run(Process(_WORKER, directory, directory=directory))


@contextmanager
def run_server(directory: Path, method: str) -> Iterator[Process]:
    """Two workers, started by `method`; they say the directory that they share."""
    yield from _run(Process(_SERVER, method, directory=directory))


def _run(process: Process) -> Iterator[Process]:
    try:
        yield process
    finally:
        process.kill()
