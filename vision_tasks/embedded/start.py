"""The start of a server that is not running, from whatever the last one left."""

from vision_tasks.embedded.account import Account
from vision_tasks.embedded.address import Address
from vision_tasks.embedded.cluster import create_cluster, has_cluster, remove_unfinished
from vision_tasks.embedded.copies import provide_programs
from vision_tasks.embedded.credentials import create_credentials, load_credentials
from vision_tasks.embedded.directory import Directory
from vision_tasks.embedded.errors import EmbeddedError
from vision_tasks.embedded.log import ServerLog
from vision_tasks.embedded.programs import Programs
from vision_tasks.embedded.readiness import wait_until_ready
from vision_tasks.embedded.server import Server
from vision_tasks.embedded.sockets import (
    UNIX_PORT,
    find_free_port,
    prepare_socket_directory,
)

_PORT_ATTEMPTS = 5
_PORT_TAKEN = "could not create any TCP/IP sockets"


class Start:
    """One attempt, made under the start lock while no process of the cluster is alive."""

    def __init__(
        self,
        directory: Directory,
        programs: Programs,
        account: Account,
        log: ServerLog,
        server: Server,
    ) -> None:
        self._directory = directory
        self._programs = provide_programs(programs, account, directory)
        self._account = account
        self._log = log
        self._server = server

    def run(self, *, over_tcp: bool) -> Address:
        """Return the superuser's address at a server that is ready; raise EmbeddedError."""
        directory = self._directory
        self._server.refuse_strangers()
        remove_unfinished(directory)
        if has_cluster(directory):
            password = load_credentials(directory.credentials).superuser
        else:
            password = create_credentials(directory.credentials).superuser
            create_cluster(directory, self._programs, self._account, password, self._log)
        for _ in range(_PORT_ATTEMPTS):
            if over_tcp:
                self._server.launch(self._programs, self._account, None, find_free_port())
            else:
                sockets = prepare_socket_directory(directory, self._account)
                self._server.launch(self._programs, self._account, sockets, UNIX_PORT)
            superuser = wait_until_ready(self._server, directory, password)
            if superuser is not None:
                return superuser
            if not self._log.contains(_PORT_TAKEN):
                break
        raise EmbeddedError(
            f"The embedded database did not start: {self._log.get_last_words()}.",
            f"See {self._log.path} for the rest, and try again when that is put right.",
        )
