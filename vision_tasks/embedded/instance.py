"""The embedded PostgreSQL as the rest of the project sees it."""

import atexit
import socket
import threading
from pathlib import Path
from types import TracebackType

from vision_tasks.embedded import locks
from vision_tasks.embedded.address import Address
from vision_tasks.embedded.directory import locate
from vision_tasks.embedded.errors import EmbeddedError, explain_os_errors
from vision_tasks.embedded.forks import forget_in_children
from vision_tasks.embedded.session import Session


class EmbeddedPostgres:
    """A PostgreSQL server in a directory, shared by all processes that acquire it.

    It runs from the first `acquire` to the last `release`; the data stay. A process that
    ends without a release counts as released. A forked child has not acquired anything: it
    may use its parent's address while the parent does, or acquire for itself. `over_tcp` is
    for platforms without Unix sockets.
    """

    def __init__(
        self, data_directory: Path, *, over_tcp: bool = not hasattr(socket, "AF_UNIX")
    ) -> None:
        self._data_directory = data_directory
        self._over_tcp = over_tcp
        self._mutex = threading.Lock()
        self._session: Session | None = None
        self._addresses: tuple[Address, Address] | None = None

    def acquire(self) -> Address:
        """Start the server, or join it, and return the application's address.

        Repeating it is harmless, and starts a server anew that has died meanwhile. Raises
        EmbeddedError with what is wrong and what to do.
        """
        if not locks.are_supported():
            raise EmbeddedError(
                "The embedded database does not run on this platform.",
                "Use WSL, or set POSTGRES_SERVER or DATABASE_URL to a PostgreSQL server.",
            )
        with self._mutex:
            if self._session is not None and not self._session.is_served():
                self._close()
            if self._addresses is None:
                forget_in_children(self)
                with explain_os_errors():
                    session = Session(locate(self._data_directory), over_tcp=self._over_tcp)
                    self._addresses = session.open()
                self._session = session
                atexit.register(self.release)
            return self._addresses[0]

    def release(self) -> None:
        """Leave the server, and stop it if nobody else uses it; data and passwords stay.

        Repeating it is harmless. Raises EmbeddedError if the server does not stop.
        """
        with self._mutex:
            self._close()

    def superuser_address(self) -> Address:
        """Return the address for maintenance; raises EmbeddedError unless acquired."""
        addresses = self._addresses
        if addresses is None:
            raise EmbeddedError(
                "The embedded database is not in use by this process.", "Call acquire() first."
            )
        return addresses[1]

    def forget(self) -> None:
        """Be as new in a forked child, without effect on the parent."""
        self._mutex = threading.Lock()  # a thread the child does not have may hold the old one
        self._session, self._addresses = None, None

    def __enter__(self) -> Address:
        return self.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()

    def _close(self) -> None:
        session, self._session, self._addresses = self._session, None, None
        if session is not None:
            atexit.unregister(self.release)
            with explain_os_errors():
                session.close()
