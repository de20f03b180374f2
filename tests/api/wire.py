"""HTTP as bytes, for what no client library would send."""

import socket
from urllib.parse import urlsplit

from tests.keys import KEY

KEY_LINE = f"Authorization: Bearer {KEY}\r\n".encode()


def open_socket(url: str) -> socket.socket:
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10)


def read_to_end(wire: socket.socket) -> bytes:
    """Read until the server closes."""
    answer = b""
    while data := wire.recv(65536):
        answer += data
    return answer
