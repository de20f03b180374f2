"""Where PostgreSQL is, as a URL that both drivers understand."""

from typing import Any
from urllib.parse import unquote

from pydantic import SecretStr
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

# What both drivers understand alike.
_PARAMETERS = frozenset({"host", "port", "sslmode", "sslcert", "sslkey", "sslrootcert", "sslcrl"})


def locate_server(server: str, port: int) -> dict[str, Any]:
    """Return the arguments of `URL.create` for a host name or a socket directory."""
    if server.startswith("/"):
        return {"query": {"host": server, "port": str(port)}}
    return {"host": server, "port": port}


def parse_database_url(secret: SecretStr) -> URL:
    """Return `DATABASE_URL` without a driver; ValueError says what is wrong, without the value."""
    try:
        url = make_url(secret.get_secret_value())
    except (ArgumentError, ValueError):
        raise ValueError("is no URL; write postgresql://user:password@host:port/name") from None
    if "@" in (url.host or ""):
        raise ValueError("has an @ in user or password; write it as %40")
    if url.drivername.partition("+")[0] not in ("postgresql", "postgres"):
        raise ValueError("must begin with postgresql://; only PostgreSQL is supported")
    if "password" in url.query or "user" in url.query:
        raise ValueError("must hold user and password before the host: //user:password@host/name")
    if unknown := sorted(url.query.keys() - _PARAMETERS):
        known = ", ".join(sorted(_PARAMETERS))
        raise ValueError(f"has the parameter {unknown[0]}; supported are {known}")
    host = url.query.get("host", unquote(url.host or ""))
    if not isinstance(host, str) or "," in host:
        raise ValueError("names several hosts; use one name that leads to the primary")
    if host.startswith("/"):
        query = {"port": str(url.port or 5432), **url.query, "host": host}
        url = url.set(host=None, port=None, query=query)
    return url.set(drivername="postgresql")
