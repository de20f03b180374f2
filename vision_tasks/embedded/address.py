"""Where a running embedded PostgreSQL is reached, and as whom."""

from dataclasses import dataclass

from pydantic import SecretStr


@dataclass(frozen=True)
class Address:
    """What a driver needs to connect.

    `host` is the absolute path of a socket directory, or 127.0.0.1 where there are no Unix
    sockets. No representation shows the password.
    """

    host: str
    port: int
    user: str
    password: SecretStr
    database: str
