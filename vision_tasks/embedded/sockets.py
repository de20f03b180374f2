"""Where the server's socket lies."""

import hashlib
import os
import socket
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from vision_tasks.embedded.account import Account
from vision_tasks.embedded.directory import Directory
from vision_tasks.embedded.errors import EmbeddedError

UNIX_PORT = 5432  # only a part of the socket's name
LOCALHOST = "127.0.0.1"

# sun_path with its final NUL: 108 bytes on Linux, 104 on macOS and the BSDs.
_MAX_PATH_BYTES = 103
_NAME_BYTES = len(f"/.s.PGSQL.{UNIX_PORT}")


def prepare_socket_directory(directory: Directory, account: Account) -> Path:
    """Return a directory that only `account` and root can enter, empty of dead sockets.

    `run` in the data directory, or a short one of our own among the temporary files if the
    path is one that a socket or libpq cannot take. Raises EmbeddedError. Call it only while
    no server runs.
    """
    path = directory.run if _is_usable(directory.run) else _get_short_directory(directory, account)
    _make_private(path, account)
    # PostgreSQL believes a lock file beside the socket when its process id has been reused.
    for leftover in path.glob(".s.PGSQL.*"):
        leftover.unlink()
    return path


def remove_socket_directory(path: Path, directory: Directory) -> None:
    """Remove a short directory when its server is gone; `run` stays."""
    if path != directory.run and path.is_dir() and not any(path.iterdir()):
        path.rmdir()


def find_free_port() -> int:
    """Return a port the kernel has just found free on 127.0.0.1; another may still take it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOCALHOST, 0))
        port: int = probe.getsockname()[1]
    return port


def _is_usable(path: Path) -> bool:
    name = os.fspath(path)
    try:
        encoded = name.encode()
    except UnicodeEncodeError:  # not UTF-8, so no driver can be given it
        return False
    return "," not in name and len(encoded) + _NAME_BYTES <= _MAX_PATH_BYTES


def _get_short_directory(directory: Directory, account: Account) -> Path:
    digest = hashlib.sha256(os.fsencode(directory.root)).hexdigest()[:12]
    path = Path(tempfile.gettempdir()).resolve() / f"vision-tasks-{account.uid}-{digest}"
    if not _is_usable(path):
        raise EmbeddedError(
            f"Neither {directory.run} nor {path} is short enough for the database's socket.",
            "Set VISION_TASKS_DATA_DIR or TMPDIR to a shorter path.",
        )
    return path


def _make_private(path: Path, account: Account) -> None:
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    found = path.lstat()
    if account.is_other and stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid():
        account.own(path)
        found = path.lstat()
    is_private = stat.S_IMODE(found.st_mode) & 0o077 == 0
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or not is_private:
        raise EmbeddedError(
            f"{path}, the place for the database's socket, is not private to its user.",
            "Find out who made it, and remove it.",
        )
