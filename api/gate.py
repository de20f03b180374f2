"""What is refused or put right before Quart sees a request, because Quart would fail on it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote_from_bytes

import msgspec
from quart import Quart

from api.errors import MalformedBodyError, UntrustedHostError
from api.headers import DEFAULT_HEADERS
from api.problems import HTTP_DETAILS, MEDIA_TYPE, Problem, describe_error, make_problem

_HOST = re.compile(rb"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?", re.IGNORECASE)
_QUERY_CHARACTERS = "!$%&'()*+,-./:;=?@_~"


class Gate(Quart):
    """A Quart that answers under `trusted_hosts` only, whatever the port (DNS rebinding).

    The Host header is all that counts; Forwarded and X-Forwarded-* are not read.
    """

    def __init__(self, name: str, trusted_hosts: Iterable[str]) -> None:
        super().__init__(name, static_folder=None)
        self._trusted_hosts = frozenset(_normalise(host) for host in trusted_hosts)

    async def asgi_app(self, scope: Any, receive: Any, send: Any) -> None:
        """Handle one ASGI connection."""
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})
        elif scope["type"] == "http" and (problem := self._find_problem(scope)):
            await _send_problem(send, problem)
        else:
            query = scope.get("query_string", b"")
            if not query.isascii():
                # Quart decodes it as UTF-8 where no error handler can reach.
                quoted = quote_from_bytes(query, safe=_QUERY_CHARACTERS).encode()
                scope = {**scope, "query_string": quoted}
            if scope["type"] == "http":
                await self._answer(scope, receive, send)
            else:
                await super().asgi_app(scope, receive, send)

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        # A body that the server cannot read on looks to Quart as if the client had gone: it says
        # nothing, and the server would say 500. To a client that is gone this does no harm.
        started = False

        async def note(message: Any) -> None:
            nonlocal started
            started = True
            await send(message)

        await super().asgi_app(scope, receive, note)
        if not started:
            problem = describe_error(MalformedBodyError("is cut off or not framed as HTTP says."))
            await _send_problem(send, problem, {"Connection": "close"})

    def _find_problem(self, scope: Any) -> Problem | None:
        if not self._is_trusted(scope):
            return describe_error(UntrustedHostError())
        # Werkzeug would take //api for /api, and a browser takes it for a host.
        if not scope["path"].startswith("/") or scope["path"].startswith("//"):
            return make_problem("not_found", HTTP_DETAILS["not_found"])
        return None

    def _is_trusted(self, scope: Any) -> bool:
        named = [value for name, value in scope["headers"] if name == b"host"]
        match = _HOST.fullmatch(named[0]) if len(named) == 1 else None
        return match is not None and match[1].decode().lower() in self._trusted_hosts


def _normalise(host: str) -> str:
    host = host.lower()
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


async def _send_problem(
    send: Any, problem: Problem, more_headers: Mapping[str, str] | None = None
) -> None:
    body = msgspec.json.encode(problem)
    headers = {
        **DEFAULT_HEADERS,
        "Content-Type": MEDIA_TYPE,
        "Content-Length": str(len(body)),
        **(more_headers or {}),
    }
    await send(
        {
            "type": "http.response.start",
            "status": problem.status,
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})
