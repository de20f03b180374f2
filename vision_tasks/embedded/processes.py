"""How the programs of PostgreSQL are started."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from vision_tasks.embedded.account import Account


def spawn(
    arguments: Sequence[str | Path],
    account: Account,
    *,
    output: int,
    keep_open: Sequence[int] = (),
    standard_input: int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start a program as `account`, out of reach of the terminal's Ctrl-C, without a shell.

    It sees no locale and no PG* variable of ours, so a cluster is the same wherever it is
    made. `output` receives both its streams. Raises OSError.
    """
    return subprocess.Popen(
        [os.fspath(argument) for argument in arguments],
        stdin=standard_input,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd="/",
        env=_clean_environment(),
        pass_fds=tuple(keep_open),
        start_new_session=True,
        umask=0o077,
        user=account.uid if account.is_other else None,
        group=account.gid if account.is_other else None,
        extra_groups=[] if account.is_other else None,
    )


def _clean_environment() -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LC_", "LANG", "PG", "TZ"))
    }
    # Without TZ, initdb would compare every time zone there is with the machine's.
    return kept | {"LC_ALL": "C", "TZ": "UTC"}
