"""The server process: its start and its end."""

import os
import signal
import time
from pathlib import Path

from vision_tasks.embedded.account import Account
from vision_tasks.embedded.directory import Directory
from vision_tasks.embedded.errors import EmbeddedError
from vision_tasks.embedded.locks import FileLock, take_server_lock
from vision_tasks.embedded.log import ServerLog
from vision_tasks.embedded.postmaster import disarm_postmaster_file, read_postmaster
from vision_tasks.embedded.processes import spawn
from vision_tasks.embedded.programs import Programs
from vision_tasks.embedded.sockets import LOCALHOST, remove_socket_directory

POLL_SECONDS = 0.02
# A fast stop that meets a crash recovery can wait for ever: PostgreSQL 18 has ended the I/O workers
# that its startup process waits for. An immediate stop loses nothing but the time of a recovery.
FAST_STOP_SECONDS = 10.0
IMMEDIATE_STOP_SECONDS = 10.0


class Server:
    """The server of one data directory. Start and stop it only while holding the start lock.

    It is alive as long as one of its processes is, be it only a child that has outlived its
    postmaster: each has inherited the server lock, and the kernel frees that with the last.
    """

    def __init__(self, directory: Directory, log: ServerLog) -> None:
        self._directory = directory
        self._log = log
        self._child: int | None = None

    def is_alive(self) -> bool:
        """Whether a process may still touch the data, initdb included."""
        lock = FileLock(self._directory.server_lock)
        if lock.try_shared():
            lock.free()
            return False
        return True

    def refuse_strangers(self) -> None:
        """Raise EmbeddedError if somebody else has a server on these data."""
        path = self._directory.postmaster_file
        postmaster = read_postmaster(path)
        if postmaster is not None and postmaster.listens():
            raise EmbeddedError(
                f"A server that was started by hand runs on {self._directory.data}.",
                f"Stop it; if there is none, remove {path}.",
            )

    def launch(
        self, programs: Programs, account: Account, socket_directory: Path | None, port: int
    ) -> None:
        """Start it, and return at once; no socket directory means TCP on 127.0.0.1.

        See "Server Configuration" in PostgreSQL's manual for the settings.
        """
        self._reap()
        disarm_postmaster_file(self._directory.postmaster_file)
        arguments: list[str | Path] = [programs.postgres, "-D", self._directory.data]
        for name, value in _get_settings(socket_directory, port).items():
            arguments += ["-c", f"{name}={value}"]
        lock = take_server_lock(self._directory.server_lock)
        try:
            with self._log.open() as output:
                process = spawn(arguments, account, output=output, keep_open=[lock.fileno()])
        finally:
            lock.forget()
        self._child = process.pid
        # It is to outlive this object, which Popen would complain about.
        process.returncode = 0

    def stop(self) -> None:
        """Stop it, and return when it is gone; raise EmbeddedError if it will not go.

        Modes as in "Shutting Down the Server" of PostgreSQL's manual: fast, then immediate,
        from which the next start recovers.
        """
        if not self.is_alive():  # whoever answers there, it is not a server of ours
            self._reap()
            return
        postmaster = read_postmaster(self._directory.postmaster_file)
        if not self._signal(signal.SIGINT) or not self._is_gone_within(FAST_STOP_SECONDS):
            self._signal(signal.SIGQUIT)
            if not self._is_gone_within(IMMEDIATE_STOP_SECONDS):
                raise EmbeddedError(
                    f"The embedded database in {self._directory.data} does not stop.",
                    f"See {self._directory.log}, and end its processes named postgres.",
                )
        self._reap()
        if postmaster is not None and postmaster.host != LOCALHOST:
            remove_socket_directory(Path(postmaster.host), self._directory)

    def _signal(self, number: signal.Signals) -> bool:
        self._reap()
        postmaster = read_postmaster(self._directory.postmaster_file)
        if self._child is not None:
            os.kill(self._child, number)
        elif postmaster is not None and postmaster.listens():
            os.kill(postmaster.pid, number)
        else:
            return False  # its children end by themselves
        return True

    def _is_gone_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.is_alive():
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
        return True

    def _reap(self) -> None:
        if self._child is None:
            return
        try:
            reaped, _ = os.waitpid(self._child, os.WNOHANG)
        except ChildProcessError:
            reaped = self._child
        if reaped:
            self._child = None


def _get_settings(socket_directory: Path | None, port: int) -> dict[str, str]:
    where = ""
    if socket_directory is not None:
        # The setting is a list; in it a name with special characters is quoted like in SQL.
        where = '"{}"'.format(os.fspath(socket_directory).replace('"', '""'))
    return {
        "listen_addresses": LOCALHOST if socket_directory is None else "",
        "port": str(port),
        "unix_socket_directories": where,
        "unix_socket_permissions": "0700",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_destination": "stderr",
        "logging_collector": "off",
    }
