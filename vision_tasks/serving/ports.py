"""The two ports, taken before anything is started."""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from vision_tasks.errors import ConfigurationError


@contextmanager
def reserve_port(host: str, port: int, option: str) -> Iterator[None]:
    """Keep `port` for a server of ours that will bind it with SO_REUSEPORT.

    Raises ConfigurationError, naming `option`, where it is taken. Without the reservation two
    desks that start at once would both get the port and share its connections.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as holder:
        # Past the remains of closed connections, but not past another program.
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            holder.bind((host, port))
        except OSError as exc:
            raise ConfigurationError(_explain(exc, host, port, option)) from exc
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        yield


def _explain(exc: OSError, host: str, port: int, option: str) -> str:
    if exc.errno == errno.EADDRINUSE:
        return f"Port {port} of {host} is taken by another program. Choose another with {option}."
    if exc.errno == errno.EACCES:
        return f"Port {port} may not be used by this user. Choose one above 1023 with {option}."
    return f"Cannot listen on {host} port {port}: {exc.strerror}. Check --host and {option}."
