"""The file in which a running server tells where it is: postmaster.pid."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path

from vision_tasks.embedded.sockets import LOCALHOST

_PROBE_SECONDS = 5.0
# Lines by their place in the file, from PostgreSQL's `miscadmin.h`.
_PID, _PORT, _SOCKET_DIRECTORY, _MEMORY, _STATUS = 0, 3, 4, 6, 7


@dataclass(frozen=True)
class Postmaster:
    """A server's own account of itself; `host` is a socket directory or 127.0.0.1."""

    pid: int
    host: str
    port: int
    status: str

    def listens(self) -> bool:
        """Whether somebody answers there, so that the process id is not a reused one."""
        if self.host == LOCALHOST:
            family, address = socket.AF_INET, (self.host, self.port)
            return _answers(family, address)
        return _answers(socket.AF_UNIX, f"{self.host}/.s.PGSQL.{self.port}")


def read_postmaster(path: Path) -> Postmaster | None:
    """Return what `path` says; None if it is missing, half-written or garbage."""
    try:
        lines = os.fsdecode(path.read_bytes()).split("\n")
        host = lines[_SOCKET_DIRECTORY] or LOCALHOST
        return Postmaster(int(lines[_PID]), host, int(lines[_PORT]), lines[_STATUS].strip())
    except (FileNotFoundError, IndexError, ValueError):
        return None


def disarm_postmaster_file(path: Path) -> None:
    """Keep a dead server's file from stopping the next, also if its process id lives again.

    The next server must be a child of this process: PostgreSQL disregards its parent's id,
    and still looks, by the other lines, for anybody who has the data open (CreateLockFile in
    `miscinit.c`). So a server that was started by hand is not run over.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return
    if len(lines) > _MEMORY and lines[_PID].strip().isdigit():
        path.write_bytes(b"\n".join([str(os.getpid()).encode(), *lines[1:]]))
    else:
        path.unlink()


def _answers(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(_PROBE_SECONDS)
        try:
            probe.connect(address)
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except (BlockingIOError, TimeoutError):  # a full queue: somebody keeps it
            return True
    return True
