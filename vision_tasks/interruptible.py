"""Waiting for PostgreSQL in Python, where a signal is noticed at once."""

import select

import psycopg2
from psycopg2 import extensions


def wait_interruptibly(connection: extensions.connection) -> None:
    """Wait in place of libpq, during whose own waiting no signal handler of Python's runs.

    For `psycopg2.extensions.set_wait_callback`. Whatever a handler raises cancels the statement
    and loses the connection.
    """
    while True:
        state = connection.poll()
        if state == extensions.POLL_OK:
            return
        reads = [connection.fileno()] if state == extensions.POLL_READ else []
        writes = [connection.fileno()] if state == extensions.POLL_WRITE else []
        if not reads and not writes:
            raise psycopg2.OperationalError("unexpected state of the connection")
        try:
            select.select(reads, writes, [])
        except BaseException:
            connection.cancel()
            raise
