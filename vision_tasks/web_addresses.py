"""Which addresses of another server this program calls: over TLS, or on this machine."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_safe_to_call(url: str) -> bool:
    """Tell whether nobody on the way to `url` can listen or answer for it.

    That is https, or http where the host is this machine itself.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not url.isascii() or any(character <= " " for character in url):
        return False
    if not host or parts.username is not None or parts.password is not None or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(host))


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
