"""The system account that PostgreSQL runs under."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from vision_tasks.embedded.errors import EmbeddedError
from vision_tasks.embedded.locks import FileLock

try:
    import pwd
except ImportError:  # Windows; acquire() refuses that platform with a sentence of its own
    pwd = None  # type: ignore[assignment]

SYSTEM_USER = "vision-tasks"
CREATION_LOCK = Path("/var/run/vision-tasks-account.lock")
CREATION_LOCK_SECONDS = 60

# Alternatives: shadow-utils, then BusyBox. Each is a series of commands.
_CREATIONS = (
    [
        (
            "useradd --system --user-group --no-create-home --home-dir /nonexistent"
            f" --shell /usr/sbin/nologin {SYSTEM_USER}"
        ),
    ],
    [
        f"addgroup -S {SYSTEM_USER}",
        f"adduser -S -D -H -h /nonexistent -s /sbin/nologin -G {SYSTEM_USER} {SYSTEM_USER}",
    ],
)
_SEARCH_PATH = os.pathsep.join(("/usr/sbin", "/usr/bin", "/sbin", "/bin"))


@dataclass(frozen=True)
class Account:
    """Who owns the data and runs the server; `is_other` when that is not this process's user."""

    uid: int
    gid: int
    is_other: bool

    def own(self, path: Path) -> None:
        """Give `path`, which this process has just made, to the account."""
        if self.is_other:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def reaches(self, directory: Path) -> bool:
        """Whether the account may pass through `directory`, asked of the kernel itself."""
        if not self.is_other:
            return os.access(directory, os.X_OK)
        test = subprocess.run(
            ["/usr/bin/env", "test", "-x", os.fspath(directory)],
            cwd="/",
            check=False,
            user=self.uid,
            group=self.gid,
            extra_groups=[],
        )
        return test.returncode == 0


def get_server_account() -> Account:
    """Return this user, or for root, whom PostgreSQL refuses, the system user made for it.

    Raises EmbeddedError if that user is missing and cannot be made.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), is_other=False)
    account = _find_system_user() or _make_system_user()
    if account is None:
        raise EmbeddedError(
            f"PostgreSQL refuses to run as root, and the system user {SYSTEM_USER} cannot be made.",
            f"Run `useradd --system {SYSTEM_USER}`, start as another user, or set DATABASE_URL.",
        )
    return account


def _make_system_user() -> Account | None:
    # One process at a time: the second of two `useradd` that run at once does not fail, it gives
    # the user of the first another number.
    lock = FileLock(CREATION_LOCK)
    if not lock.wait_exclusive(CREATION_LOCK_SECONDS):
        return None
    try:
        account = _find_system_user()
        for commands in _CREATIONS:
            if account is None:
                _run(commands)
                account = _find_system_user()
        return account
    finally:
        lock.free()


def _find_system_user() -> Account | None:
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid, is_other=True)


def _run(commands: list[str]) -> None:
    for program, *arguments in map(str.split, commands):
        found = shutil.which(program, path=_SEARCH_PATH)
        if found is not None:
            # Only the result counts: each series has commands that not every system knows.
            subprocess.run([found, *arguments], check=False, capture_output=True)
