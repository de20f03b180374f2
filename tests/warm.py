"""Commands in processes of their own, which find the libraries loaded: that takes longest.

Each is forked from a process that has loaded these libraries and done nothing else. Our own code
it loads itself, from the directory that it is run in, as `python -m` does. What is about how a
program starts is tested with programs that start.
"""

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Mapping
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import DupFd
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

LIBRARIES = [
    "alembic.autogenerate",
    "alembic.command",
    "alembic.config",
    "argon2",
    "asyncpg",
    "authlib.oidc.core",
    "email_validator",
    "flask.cli",
    "flask_admin",
    "flask_babel",
    "flask_migrate",
    "flask_security",
    "flask_sqlalchemy",
    "flask_wtf.csrf",
    "joserfc.jwt",
    "msgspec",
    "psycopg2.extras",
    "pydantic_settings",
    "qrcode",
    "quart",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.ext.asyncio",
    "sqlalchemy.orm",
    "wtforms",
]
OURS = {"api", "asgi", "dashboard", "migrations", "vision_tasks", "wsgi"}

_forking = multiprocessing.get_context("forkserver")
_forking.set_forkserver_preload(LIBRARIES)


class _Output:
    """The descriptors that a program writes to, which are handed over where it is forked."""

    def __init__(self, out: int, err: int) -> None:
        self._descriptors: list[Any] = [out, err]

    def __getstate__(self) -> list[Any]:
        return [DupFd(descriptor) for descriptor in self._descriptors]

    def __setstate__(self, handed_over: list[Any]) -> None:
        self._descriptors = [one.detach() for one in handed_over]

    def take(self) -> None:
        for standard, descriptor in zip((1, 2), self._descriptors, strict=True):
            os.dup2(descriptor, standard)
            os.close(descriptor)


def start(
    *command: str,
    directory: Path,
    environment: Mapping[str, str],
    out: int = 1,
    err: int = 2,
) -> BaseProcess:
    """Start `python -m COMMAND`, which writes to where this process does unless told otherwise."""
    process = _forking.Process(
        target=_run_module, args=(command, str(directory), dict(environment), _Output(out, err))
    )
    process.start()
    return process


def run(
    *command: str, directory: Path, environment: Mapping[str, str], seconds: float
) -> subprocess.CompletedProcess[str]:
    """Run `python -m COMMAND` to its end; both outputs are kept."""
    with TemporaryFile("w+") as out, TemporaryFile("w+") as err:
        process = start(
            *command,
            directory=directory,
            environment=environment,
            out=out.fileno(),
            err=err.fileno(),
        )
        process.join(seconds)
        status = process.exitcode
        process.kill()
        process.join()
        process.close()
        if status is None:
            raise subprocess.TimeoutExpired(command, seconds)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(command, status, out.read(), err.read())


def _run_module(
    command: tuple[str, ...], directory: str, environment: dict[str, str], output: _Output
) -> None:
    loaded = {name.partition(".")[0] for name in sys.modules}
    assert not loaded & OURS, loaded & OURS
    output.take()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(directory)
    sys.path.insert(0, directory)
    sys.argv = list(command)
    runpy.run_module(command[0], run_name="__main__", alter_sys=True)
