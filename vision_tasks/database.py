"""The declarative base and the twin engines, sync and async, with the same keywords."""

from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, MetaData, create_engine
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.ext.asyncio import create_async_engine as create_sqlalchemy_async_engine
from sqlalchemy.orm import DeclarativeBase

from vision_tasks.config import Settings
from vision_tasks.connections import leave_connections_to_their_process, provide_connections
from vision_tasks.copying import let_statements_be_copied

# The names PostgreSQL itself gives, so a database made before this project already has them.
NAMING_CONVENTION = {
    "pk": "%(table_name)s_pkey",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}

KEEPALIVE_SECONDS = 10


class Base(DeclarativeBase):
    """The base of all our tables; its metadata is the one that migrations compare with."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


def create_sync_engine(settings: Settings, *, application: str) -> Engine:
    """Make the psycopg2 engine of the dashboard or a migration; connects on first use.

    `application` is shown with the driver in `pg_stat_activity.application_name`. On the
    embedded PostgreSQL the first connection starts or joins it, and `dispose()` leaves it.
    """
    engine = create_engine(
        settings.SQLALCHEMY_DATABASE_URI_SYNC,
        connect_args={
            **(
                {"options": f"-c search_path={schema}"}
                if (schema := settings.POSTGRES_SCHEMA)
                else {}
            ),
            "application_name": f"{application}/psycopg2",
            "connect_timeout": max(2, round(settings.DATABASE_CONNECT_SECONDS)),
            "target_session_attrs": "read-write",
            # Not what PGCLIENTENCODING happens to say.
            "client_encoding": "utf8",
            # A server that falls silent is given up; the server's own limits cannot see to that.
            "keepalives_idle": KEEPALIVE_SECONDS,
            "keepalives_interval": KEEPALIVE_SECONDS,
            "keepalives_count": 2,
            "tcp_user_timeout": 3 * KEEPALIVE_SECONDS * 1000,
        },
        **_pool_arguments(settings),
    )
    provide_connections(engine, settings)
    leave_connections_to_their_process(engine)
    let_statements_be_copied(engine)
    return engine


def create_async_engine(settings: Settings, *, application: str) -> AsyncEngine:
    """Make the asyncpg engine of the API; the twin of `create_sync_engine`."""
    engine = create_sqlalchemy_async_engine(
        settings.SQLALCHEMY_DATABASE_URI,
        connect_args={
            "server_settings": {
                "application_name": f"{application}/asyncpg",
                **({"search_path": schema} if (schema := settings.POSTGRES_SCHEMA) else {}),
            },
            "timeout": settings.DATABASE_CONNECT_SECONDS,
            "command_timeout": settings.DATABASE_STATEMENT_SECONDS,
            "target_session_attrs": "read-write",
            # Two clients of one PgBouncer must not give the same name to different statements.
            "prepared_statement_name_func": lambda: f"vt_{uuid4().hex}",
        },
        **_pool_arguments(settings),
    )
    provide_connections(engine.sync_engine, settings)
    return engine


def _pool_arguments(settings: Settings) -> dict[str, Any]:
    return {
        "pool_size": settings.DATABASE_POOL_SIZE,
        "max_overflow": 0,
        "pool_timeout": settings.DATABASE_POOL_WAIT_SECONDS,
        "pool_pre_ping": True,
        "pool_use_lifo": True,
        "hide_parameters": True,
    }
