"""Who sent a request, and how, where proxies stand in front; only those are believed."""

from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Any

from vision_tasks.networks import Network

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_FORWARDED = ("HTTP_FORWARDED", "HTTP_X_REAL_IP")
_PREFIX = "HTTP_X_FORWARDED_"


class BehindProxies:
    """A WSGI app around ours that puts address, scheme and host right, then hides the headers.

    X-Forwarded-For, -Proto and -Host are read only if the peer is in one of `trusted`. The sender
    is the right-most address that is in none of them, for what stands left of it anybody may
    have written.
    """

    def __init__(self, app: "WSGIApplication", trusted: Collection[Network]) -> None:
        self._app = app
        self._trusted = tuple(trusted)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Any:
        """Answer a request."""
        given = {
            name: environ.pop(name)
            for name in list(environ)
            if name.startswith(_PREFIX) or name in _FORWARDED
        }
        peer = _parse_address(environ.get("REMOTE_ADDR", ""))
        if peer is not None:
            environ["REMOTE_ADDR"] = str(peer)
            if self._trusts(peer):
                self._believe(environ, given)
        return self._app(environ, start_response)

    def _believe(self, environ: "WSGIEnvironment", given: dict[str, str]) -> None:
        passed, addresses = 1, _split(given, "FOR")
        while passed <= len(addresses):
            sender = _parse_address(addresses[-passed])
            if sender is None:
                break
            environ["REMOTE_ADDR"] = str(sender)
            if not self._trusts(sender) or passed == len(addresses):
                break
            passed += 1
        scheme = _choose(_split(given, "PROTO"), passed)
        if scheme in ("http", "https"):
            environ["wsgi.url_scheme"] = scheme
        host = _choose(_split(given, "HOST"), passed)
        if host is not None:
            environ["HTTP_HOST"] = host

    def _trusts(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self._trusted)


def _split(given: dict[str, str], name: str) -> list[str]:
    return [part for one in given.get(_PREFIX + name, "").split(",") if (part := one.strip())]


def _choose(values: list[str], passed: int) -> str | None:
    # Each proxy adds one, or the first alone wrote it and the others left it as it was.
    return values[-min(passed, len(values))].lower() if values else None


def _parse_address(text: str) -> IPv4Address | IPv6Address | None:
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    # A socket for both families names an IPv4 peer in this way.
    return getattr(address, "ipv4_mapped", None) or address
