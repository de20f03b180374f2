"""The cluster on disk: whether it can be used, and how it is made."""

import os
import shutil
from pathlib import Path

from pydantic import SecretStr

from vision_tasks.embedded.account import Account
from vision_tasks.embedded.copies import allow_shell
from vision_tasks.embedded.directory import Directory
from vision_tasks.embedded.durable import rename
from vision_tasks.embedded.errors import EmbeddedError
from vision_tasks.embedded.locks import take_server_lock
from vision_tasks.embedded.log import ServerLog
from vision_tasks.embedded.processes import spawn
from vision_tasks.embedded.programs import Programs

SUPERUSER = "postgres"
# The text sorts and folds alike on every machine, now and after an upgrade of the system.
_CHOICES = (
    "--no-locale",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--encoding=UTF8",
    "--auth=scram-sha-256",
    "--no-instructions",
    f"--username={SUPERUSER}",
    "--pwfile=/dev/stdin",
)


def has_cluster(directory: Directory) -> bool:
    """Whether there are data; a cluster in the making does not count."""
    return (directory.data / "PG_VERSION").exists()


def refuse_foreign_data(directory: Directory, major: str) -> None:
    """Raise EmbeddedError if the data are not a cluster of this `major`; touches nothing."""
    data = directory.data
    if has_cluster(directory):
        found = (data / "PG_VERSION").read_text(encoding="ascii", errors="replace").strip()
        if found != major:
            raise EmbeddedError(
                f"The data in {data} are of PostgreSQL {found}, the installed one is {major}.",
                f"Dump them with the pg_dumpall of PostgreSQL {found}, then set"
                " VISION_TASKS_DATA_DIR to a new directory; or set POSTGRES_SERVER to a"
                f" PostgreSQL {found} that serves them.",
            )
    elif data.is_dir() and any(data.iterdir()):
        raise EmbeddedError(
            f"{data} holds files, but no PostgreSQL cluster.",
            "Move them away, or set VISION_TASKS_DATA_DIR to a new directory.",
        )


def create_cluster(
    directory: Directory,
    programs: Programs,
    account: Account,
    password: SecretStr,
    log: ServerLog,
) -> None:
    """Make a cluster whose superuser has `password`; raise EmbeddedError if it fails.

    It is made aside and renamed when it is safe on disk. Call it only while no server runs.
    """
    unfinished = directory.unfinished_data
    remove_unfinished(directory)
    unfinished.mkdir(mode=0o700)
    account.own(unfinished)
    with allow_shell(programs) as runnable:
        code = _run_initdb(runnable.initdb, directory, account, password, log)
    if code != 0:
        words = log.get_last_words()
        remove_unfinished(directory)
        raise EmbeddedError(
            f"The embedded database could not be created: {words or f'initdb ended with {code}'}.",
            f"See {log.path}, then try again.",
        )
    rename(unfinished, directory.data)


def remove_unfinished(directory: Directory) -> None:
    """Remove what a start that was cut off has left."""
    if directory.unfinished_data.exists():
        shutil.rmtree(directory.unfinished_data)


def _run_initdb(
    initdb: Path, directory: Directory, account: Account, password: SecretStr, log: ServerLog
) -> int:
    lock = take_server_lock(directory.server_lock)
    reading = _fill_pipe(password, account)
    try:
        with log.open() as output:
            # initdb keeps the lock if we die, so that nobody clears the place under its feet.
            process = spawn(
                [initdb, *_CHOICES, "-D", directory.unfinished_data],
                account,
                output=output,
                keep_open=[lock.fileno()],
                standard_input=reading,
            )
        try:
            return process.wait()
        except BaseException:
            process.kill()
            process.wait()
            raise
    finally:
        os.close(reading)
        lock.forget()


def _fill_pipe(password: SecretStr, account: Account) -> int:
    reading, writing = os.pipe()
    os.write(writing, password.get_secret_value().encode() + b"\n")
    os.close(writing)
    if account.is_other:
        os.fchown(reading, account.uid, account.gid)  # or it could not open /dev/stdin
    return reading
