"""Whether a pooler lends each transaction another session, which no lock survives."""

from sqlalchemy import Connection, Engine

from vision_tasks.migrating.errors import TransactionPoolerError
from vision_tasks.migrating.sessions import get_backend_pid

# Connections that are held open together; a pool that has more idle sessions than that hands
# out the one used last all the same, as PgBouncer does by default.
PROBES = 4


def refuse_transaction_pooler(engine: Engine, connection: Connection) -> None:
    """Raise TransactionPoolerError if `connection` is one of a pooler's in transaction mode.

    A pooler in session mode is fine. `connection` must be in no transaction; it is left so.
    """
    pid = get_backend_pid(connection)
    connection.rollback()
    # https://www.postgresql.org/docs/current/protocol-flow.html: at its start, a session is told
    # the pid of its server process; poolers, which have no such process yet, make one up.
    driver = connection.connection.driver_connection
    if driver is not None and driver.info.backend_pid == pid:
        return
    held: list[Connection] = []
    try:
        for _ in range(PROBES):
            held.append(engine.connect())
            # In a transaction that stays open, so the session that it got is taken.
            is_shared = get_backend_pid(held[-1]) == pid
            if is_shared or get_backend_pid(connection) != pid:
                raise TransactionPoolerError
            connection.rollback()
    finally:
        connection.rollback()
        for one in held:
            one.close()
