"""The directory in which the worker processes of one server leave numbers for each other."""

import multiprocessing
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vision_tasks.embedded.locks import are_supported
from vision_tasks.worker_share import is_in_use

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Names a directory of the operator's own, which is neither emptied nor removed here."""


def find_worker_directory() -> Path | None:
    """Make the directory that this process shares with the other workers of its server.

    Where VARIABLE names none it is that of the process which started this one by way of
    `multiprocessing`, as granian, uvicorn and hypercorn start their workers; without such a
    process there is none. Raises OSError where it cannot be made or others could write to it.
    """
    if not are_supported():
        return None
    if named := os.environ.get(VARIABLE):
        directory = Path(named)
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return directory
    parent = multiprocessing.parent_process()
    if parent is None or parent.pid is None:
        return None
    base = _get_base()
    base.mkdir(mode=0o700, exist_ok=True)
    if not _is_private(base):
        raise PermissionError(f"{base} is not private to this user; remove it.")
    _remove_orphans(base)
    directory = _locate(base, parent.pid)
    directory.mkdir(mode=0o700, exist_ok=True)
    return directory


@contextmanager
def remove_worker_directory() -> Iterator[None]:
    """Remove at the end what the workers that this process starts have left."""
    try:
        yield
    finally:
        # There may be no place for temporary files at all.
        with suppress(OSError):
            if are_supported() and _is_private(base := _get_base()):
                shutil.rmtree(_locate(base, os.getpid()))


def _get_base() -> Path:
    return Path(tempfile.gettempdir()) / f"vision-tasks-workers-{os.geteuid()}"


def _is_private(path: Path) -> bool:
    # Anybody may write among the temporary files, and might have been here before.
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    is_closed = stat.S_IMODE(found.st_mode) & 0o077 == 0
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and is_closed


def _locate(base: Path, pid: int) -> Path:
    return base / f"{pid}-{_get_start(pid)}"


def _get_start(pid: int) -> str:
    # The 22nd field of proc_pid_stat(5) tells a process from an earlier one of the same number. A
    # system without it has the number alone, so that a server may count on from an earlier one.
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="latin-1").rpartition(")")[2].split()
    except OSError:
        return "0"
    return fields[19]


def _remove_orphans(base: Path) -> None:
    # Of servers that were killed, or that know nothing of this directory. Another container may
    # share the temporary files, and there the numbers of processes mean nothing: hence the locks.
    for directory in base.iterdir():
        number = directory.name.partition("-")[0]
        if number.isdigit() and not _runs(int(number)) and not is_in_use(directory):
            shutil.rmtree(directory, ignore_errors=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True
