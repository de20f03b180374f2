"""How an engine comes to a connection: the configured server or the embedded one."""

import asyncio
import logging
import os
from typing import Any

from sqlalchemy import URL, Engine, event
from sqlalchemy.engine import Dialect, ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection
from sqlalchemy.util import await_only

from vision_tasks.config import Settings
from vision_tasks.embedded import Address, EmbeddedPostgres
from vision_tasks.errors import DatabaseRefusedError
from vision_tasks.faults import (
    READ_ONLY_SQLSTATE,
    SCHEMA_LOST,
    get_sqlstate,
    translate_connect_error,
)

logger = logging.getLogger(__name__)


def provide_connections(engine: Engine, settings: Settings) -> None:
    """Let `engine` find its server on each new connection, and leave it on `dispose()`.

    A failed attempt raises DatabaseUnavailableError or DatabaseRefusedError. A server that
    has become read-only (after a failover) counts as lost, so the pool looks for another.
    """
    embedded = EmbeddedPostgres(settings.DATA_DIRECTORY) if settings.uses_embedded else None

    @event.listens_for(engine, "do_connect")
    def connect(
        dialect: Dialect, _record: object, _arguments: list[Any], keywords: dict[str, Any]
    ) -> DBAPIConnection:
        url = engine.url
        if embedded is not None:
            address = (
                await_only(asyncio.to_thread(embedded.acquire))
                if dialect.is_async
                else embedded.acquire()
            )
            url = _format_url(address)
            keywords.update(dialect.create_connect_args(url)[1])
        if dialect.is_async:
            keywords = _use_dsn(dialect, url, keywords)
        try:
            connection = dialect.connect(**keywords)
        except Exception as exc:
            # Its text is left out: some drivers repeat what they were given.
            cause = get_sqlstate(exc) or getattr(exc, "errno", None) or ""
            logger.warning(
                "No connection to %s: %s %s", settings.database_place, type(exc).__name__, cause
            )
            raise translate_connect_error(exc) from exc
        if settings.POSTGRES_SCHEMA is not None:
            _require_schema(connection, settings.POSTGRES_SCHEMA)
        return connection

    @event.listens_for(engine, "handle_error")
    def notice_read_only(context: ExceptionContext) -> None:
        if get_sqlstate(context.original_exception) == READ_ONLY_SQLSTATE:
            context.is_disconnect = True

    if embedded is not None:
        event.listen(engine, "engine_disposed", lambda _engine: embedded.release())


def leave_connections_to_their_process(engine: Engine) -> None:
    """Let a process that was forked open connections of its own; two cannot share a socket."""

    @event.listens_for(engine, "connect")
    def note_process(_connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        record.info["process"] = os.getpid()

    @event.listens_for(engine, "checkout")
    def refuse_inherited(
        _connection: DBAPIConnection, record: ConnectionPoolEntry, proxy: PoolProxiedConnection
    ) -> None:
        if record.info["process"] != os.getpid():
            # https://docs.sqlalchemy.org/en/21/core/pooling.html#using-connection-pools-with-multiprocessing-or-os-fork
            record.dbapi_connection = proxy.dbapi_connection = None  # type: ignore[misc]
            raise DisconnectionError("a connection of the process that forked this one")


def _format_url(address: Address) -> URL:
    return URL.create(
        "postgresql",
        username=address.user,
        password=address.password.get_secret_value(),
        database=address.database,
        query={"host": address.host, "port": str(address.port)},
    )


def _use_dsn(dialect: Dialect, url: URL, keywords: dict[str, Any]) -> dict[str, Any]:
    # asyncpg knows `sslmode` and the other libpq parameters in a DSN only.
    from_url = dialect.create_connect_args(url)[1]
    kept = {name: value for name, value in keywords.items() if name not in from_url}
    dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return {"dsn": dsn, **kept}


def _require_schema(connection: DBAPIConnection, schema: str) -> None:
    # A pooler may drop what a connection asks for at its start, and then our statements would
    # find somebody else's tables.
    cursor = connection.cursor()
    cursor.execute("SELECT current_setting('search_path')")
    found = cursor.fetchone()
    cursor.close()
    connection.rollback()
    if found is None or found[0] != schema:
        connection.close()
        raise DatabaseRefusedError(SCHEMA_LOST)
