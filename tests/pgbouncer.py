"""A real PgBouncer in front of the database of a test."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.servers import find_free_port
from vision_tasks.config import Settings

START_SECONDS = 20
CONFIGURATION = """
[databases]
* = host={host} port={server_port} user={user} password='{password}'
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
default_pool_size = {pool_size}
{more}
"""


def find_pgbouncer() -> str:
    """Return the program; skips the test, or fails it where every test must run."""
    path = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if path is None:
        assert "VISION_TASKS_REQUIRE_PGBOUNCER" not in os.environ, "no PgBouncer is installed"
        pytest.skip("no PgBouncer is installed, so nothing can be run through one")
    return path


@contextmanager
def pool(
    databases: Databases,
    settings: Settings,
    directory: Path,
    *,
    mode: str,
    pool_size: int = 20,
    more: str = "",
) -> Iterator[Settings]:
    """Run a PgBouncer in `mode`; yields settings that lead through it."""
    port = find_free_port()
    program = find_pgbouncer()
    file = directory / "pgbouncer.ini"
    file.write_text(
        CONFIGURATION.format(
            host=settings.POSTGRES_SERVER,
            server_port=settings.POSTGRES_PORT,
            user=settings.POSTGRES_USER,
            password=settings.POSTGRES_PASSWORD.get_secret_value(),
            port=port,
            mode=mode,
            pool_size=pool_size,
            more=more,
        )
    )
    # It refuses to be root, and the socket of the database is its system user's.
    user = pwd.getpwuid(Path(str(settings.POSTGRES_SERVER)).stat().st_uid).pw_name
    as_user = {"user": user, "group": pwd.getpwnam(user).pw_gid} if os.geteuid() == 0 else {}
    file.chmod(0o644)
    process = subprocess.Popen(
        [program, "-q", os.fspath(file)], extra_groups=[] if as_user else None, **as_user
    )  # type: ignore[call-overload]
    try:
        _wait_until_it_listens(port, process)
        yield databases.settings_of(
            settings.POSTGRES_DB, POSTGRES_SERVER="127.0.0.1", POSTGRES_PORT=port
        )
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def _wait_until_it_listens(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert process.poll() is None, "PgBouncer ended"
            assert time.monotonic() < deadline, "PgBouncer does not listen"
            time.sleep(0.02)
        else:
            return
