"""Processes that use an embedded server, and what tests ask the system about them."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg2

from tests.waiting import wait_for
from vision_tasks.embedded import Address

DEADLINE_SECONDS = 30.0

# A line on its input, or the end of it, ends the process the ordinary way.
USE = """
import sys
from pathlib import Path
from vision_tasks.embedded import EmbeddedPostgres

postgres = EmbeddedPostgres(Path(sys.argv[1]))
address = postgres.acquire()
print("acquired", flush=True)
sys.stdin.readline()
"""


class User:
    """Another Python process that acquires the server in `directory`."""

    def __init__(self, directory: Path, script: str = USE) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", script, os.fspath(directory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )

    def wait_until_acquired(self) -> "User":
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line == "acquired\n", line + self.process.communicate()[1]
        return self

    def leave(self) -> None:
        _, errors = self.process.communicate(timeout=DEADLINE_SECONDS)
        assert (self.process.returncode, errors) == (0, "")

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=DEADLINE_SECONDS)


@contextmanager
def connected(address: Address) -> Iterator[Any]:
    """Give an autocommitting cursor."""
    connection = psycopg2.connect(
        host=address.host,
        port=address.port,
        user=address.user,
        password=address.password.get_secret_value(),
        dbname=address.database,
    )
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def fetch_value(address: Address, query: str) -> Any:
    with connected(address) as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def is_served(directory: Path) -> bool:
    """Whether a process of the cluster is alive, by the lock that they all hold."""
    with (directory / "server.lock").open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def find_server_processes(directory: Path) -> list[psutil.Process]:
    """Return the postmaster first, then its children; initdb's are not among them."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd() == os.fspath(directory / "data"):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return sorted(found, key=lambda process: process.pid)


def freeze_server(directory: Path) -> list[psutil.Process]:
    """Stop the cluster's processes where they are; return them, the postmaster first."""
    for process in find_server_processes(directory)[:1]:
        process.suspend()  # so that it starts no others meanwhile
    frozen = []
    for process in find_server_processes(directory):
        with suppress(psutil.NoSuchProcess):
            process.suspend()
            frozen.append(process)
    return frozen


def kill_server(directory: Path) -> None:
    """End all processes of the cluster at once, as a power cut would."""
    for process in freeze_server(directory):
        process.kill()
    wait_for(lambda: not is_served(directory), "the end of the killed server")


@contextmanager
def moved(directory: Path, name: str) -> Iterator[Path]:
    """Give `directory` another name for a while."""
    path = directory.rename(directory.with_name(name))
    try:
        yield path
    finally:
        path.rename(directory)
