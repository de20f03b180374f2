"""Waiting until the server takes connections."""

import logging
import time

import psycopg2
from pydantic import SecretStr

from vision_tasks.embedded.address import Address
from vision_tasks.embedded.cluster import SUPERUSER
from vision_tasks.embedded.connections import connect
from vision_tasks.embedded.directory import Directory
from vision_tasks.embedded.errors import EmbeddedError
from vision_tasks.embedded.postmaster import Postmaster, read_postmaster
from vision_tasks.embedded.server import Server

POLL_SECONDS = 0.05
REPORT_SECONDS = 5.0
# Recovery may take as long as it takes; anything else that a server can be at is short.
MAX_OTHER_SECONDS = 60.0

_logger = logging.getLogger(__name__)


def wait_until_ready(server: Server, directory: Directory, password: SecretStr) -> Address | None:
    """Return the superuser's address once it can connect, or None if the server ends.

    Raises EmbeddedError if a server that is not starting remains out of reach.
    """
    started = reported = unreached_since = time.monotonic()
    while server.is_alive():
        postmaster = read_postmaster(directory.postmaster_file)
        now = time.monotonic()
        if postmaster is not None and postmaster.status == "starting":
            unreached_since = now
        elif postmaster is not None and postmaster.status == "ready":
            address = get_superuser_address(postmaster, password)
            if _accepts(address):
                return address
        if now - unreached_since > MAX_OTHER_SECONDS:
            raise EmbeddedError(
                f"Processes of a database in {directory.data} are alive, but cannot be reached.",
                f"Try again, see {directory.log}, or end its processes named postgres.",
            )
        if now - reported > REPORT_SECONDS:
            reported = now
            _logger.info("The embedded database is starting, for %.0f s now.", now - started)
        time.sleep(POLL_SECONDS)
    return None


def get_superuser_address(postmaster: Postmaster, password: SecretStr) -> Address:
    """Return where the superuser reaches this server."""
    return Address(postmaster.host, postmaster.port, SUPERUSER, password, "postgres")


def _accepts(address: Address) -> bool:
    try:
        with connect(address):
            return True
    except psycopg2.OperationalError:
        return False
