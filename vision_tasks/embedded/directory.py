"""The data directory: what lies where in it, and whose it is."""

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from vision_tasks.embedded.account import Account
from vision_tasks.embedded.errors import EmbeddedError
from vision_tasks.embedded.mounts import get_network_file_system

ROOTS_DIRECTORY = Path("/var/lib/vision-tasks")
ELSEWHERE = "Set VISION_TASKS_DATA_DIR to a directory on a local disk that this user may write."


def default_data_directory() -> Path:
    """Return where the data live unless VISION_TASKS_DATA_DIR says otherwise.

    The user's own data directory; for root, /var/lib/vision-tasks.
    """
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return ROOTS_DIRECTORY
    return platformdirs.user_data_path("vision-tasks")


def locate(path: Path) -> "Directory":
    """Return the directory at `path`; raise EmbeddedError if it cannot be used from here."""
    if any(character < " " for character in os.fspath(path)):
        # PostgreSQL's own files have a line for it.
        raise EmbeddedError(f"{os.fspath(path)!r} holds a control character.", ELSEWHERE)
    kind: str | None = "a share"
    if not os.fspath(path).startswith(("//", "\\\\")):
        path = Path(os.path.realpath(path))
        kind = get_network_file_system(path)
    if kind is not None:
        raise EmbeddedError(
            f"{path} lies on a network ({kind}), where locks may not keep two servers apart.",
            ELSEWHERE,
        )
    return Directory(path)


@dataclass(frozen=True)
class Directory:
    """The paths below one data directory. `root` is absolute and free of symbolic links."""

    root: Path

    @property
    def data(self) -> Path:
        """The cluster itself, PGDATA."""
        return self.root / "data"

    @property
    def unfinished_data(self) -> Path:
        """A cluster in the making, worth nothing until it is renamed to `data`."""
        return self.root / "data.unfinished"

    @property
    def postmaster_file(self) -> Path:
        """What a running server writes about itself."""
        return self.data / "postmaster.pid"

    @property
    def run(self) -> Path:
        """The directory of the server's socket."""
        return self.root / "run"

    @property
    def log(self) -> Path:
        """Everything that PostgreSQL and its tools have said."""
        return self.root / "server.log"

    @property
    def credentials(self) -> Path:
        """The passwords."""
        return self.root / "credentials.json"

    @property
    def start_lock(self) -> Path:
        """Held alone while starting, joining, leaving or stopping."""
        return self.root / "start.lock"

    @property
    def users_lock(self) -> Path:
        """Shared by every process that uses the server."""
        return self.root / "users.lock"

    @property
    def server_lock(self) -> Path:
        """Held by the server's own processes and by nobody else."""
        return self.root / "server.lock"

    def prepare(self, account: Account) -> None:
        """Make the directory if it is missing; raise EmbeddedError if it is of no use.

        Permissions of directories that were there before are never changed.
        """
        missing = [path for path in (self.root, *self.root.parents) if not path.exists()]
        for path in reversed(missing):
            path.mkdir(exist_ok=True)
            path.chmod(0o755 if account.is_other else 0o700)  # whatever the umask says
        if not self.root.is_dir():
            raise EmbeddedError(f"{self.root} is not a directory.", ELSEWHERE)
        if not os.access(self.root, os.W_OK | os.X_OK):
            raise EmbeddedError(f"{self.root} cannot be written by this user.", ELSEWHERE)
        if self.data.exists() and self.data.stat().st_uid != account.uid:
            raise EmbeddedError(
                f"{self.data} belongs to another user than the one PostgreSQL would run as.",
                "Start as the user who made it, or set VISION_TASKS_DATA_DIR to a new directory.",
            )
        if account.is_other and not account.reaches(self.root):
            closed = next(
                path
                for path in (*reversed(self.root.parents), self.root)
                if not account.reaches(path)
            )
            raise EmbeddedError(
                f"PostgreSQL does not run as root, and its own user cannot pass through {closed}.",
                "Set VISION_TASKS_DATA_DIR to a directory below one that everybody may pass,"
                f" such as {ROOTS_DIRECTORY}.",
            )
