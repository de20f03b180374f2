"""One process's use of the server of one data directory."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import psycopg2
from pydantic import SecretStr

from vision_tasks.embedded.account import get_server_account
from vision_tasks.embedded.address import Address
from vision_tasks.embedded.application import NAME, ensure_application
from vision_tasks.embedded.cluster import refuse_foreign_data
from vision_tasks.embedded.credentials import load_credentials
from vision_tasks.embedded.directory import Directory
from vision_tasks.embedded.errors import EmbeddedError
from vision_tasks.embedded.locks import FileLock
from vision_tasks.embedded.log import ServerLog
from vision_tasks.embedded.programs import find_programs
from vision_tasks.embedded.readiness import wait_until_ready
from vision_tasks.embedded.server import Server
from vision_tasks.embedded.start import Start

START_LOCK_SECONDS = 300.0
USERS_LOCK_SECONDS = 10.0


class Session:
    """A share in the server. The last one to close stops it.

    `open` and `close` are serialised over all processes by the start lock. The share is a
    shared lock, so that a process that dies has left.
    """

    def __init__(self, directory: Directory, *, over_tcp: bool) -> None:
        self._directory = directory
        self._over_tcp = over_tcp
        self._users = FileLock(directory.users_lock)
        self._log = ServerLog(directory.log)
        self._server = Server(directory, self._log)

    def open(self) -> tuple[Address, Address]:
        """Start or join the server; return the application's and the superuser's address.

        Raises EmbeddedError, and OSError for what the file system refuses.
        """
        directory = self._directory
        programs = find_programs()
        refuse_foreign_data(directory, programs.major)
        account = get_server_account()
        directory.prepare(account)
        with self._start_lock():
            if not self._users.wait_shared(USERS_LOCK_SECONDS):
                raise _get_busy_error(directory)
            try:
                superuser = None
                if self._server.is_alive():
                    password = load_credentials(directory.credentials).superuser
                    superuser = wait_until_ready(self._server, directory, password)
                if superuser is None:
                    start = Start(directory, programs, account, self._log, self._server)
                    superuser = start.run(over_tcp=self._over_tcp)
                password = load_credentials(directory.credentials).application
                self._ensure_application(superuser, password)
            except BaseException:
                with suppress(EmbeddedError):
                    self._leave()
                raise
        return replace(superuser, user=NAME, password=password, database=NAME), superuser

    def is_served(self) -> bool:
        """Whether the server is still alive."""
        return self._server.is_alive()

    def close(self) -> None:
        """Give up the share, and stop the server if it was the last; EmbeddedError if it stays."""
        try:
            with self._start_lock():
                self._leave()
        except FileNotFoundError:  # the directory is gone, and its server soon ends by itself
            pass
        finally:
            self._users.free()

    def _leave(self) -> None:
        try:
            # A directory that was removed and made anew has a server that is not ours to stop.
            if self._users.is_current() and self._users.try_exclusive():
                self._server.stop()
        finally:
            self._users.free()

    def _ensure_application(self, superuser: Address, password: SecretStr) -> None:
        try:
            ensure_application(superuser, password)
        except psycopg2.Error as exc:
            raise EmbeddedError(
                "The application's role and database could not be made in the embedded database:"
                f" {self._log.get_last_words()}.",
                f"See {self._log.path}, then try again.",
            ) from exc

    @contextmanager
    def _start_lock(self) -> Iterator[None]:
        lock = FileLock(self._directory.start_lock)
        if not lock.wait_exclusive(START_LOCK_SECONDS):
            raise _get_busy_error(self._directory)
        try:
            yield
        finally:
            lock.free()


def _get_busy_error(directory: Directory) -> EmbeddedError:
    return EmbeddedError(
        f"Another process has been starting or stopping the database in {directory.root}"
        f" for more than {START_LOCK_SECONDS:.0f} s.",
        f"See {directory.log} for what it is at, and try again when it is done.",
    )
