"""What is refused or put right before Quart sees a request, because Quart would fail on it."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote_from_bytes

from quart import Quart
from quart.ctx import RequestContext

from api.direct import CUT_OFF, DirectRequest, Handler, send_answer
from api.error_handlers import format_directly
from api.errors import (
    AddressNotFoundError,
    MalformedBodyError,
    OverloadedError,
    UntrustedHostError,
)
from api.metrics import Observation, note_route, observe
from api.problems import HTTP_DETAILS
from vision_tasks.errors import VisionTasksError

_HOST = re.compile(rb"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?", re.IGNORECASE)
# A request with neither has no body (RFC 9112, section 6.3).
_FRAMES = (b"content-length", b"transfer-encoding")
_QUERY_CHARACTERS = "!$%&'()*+,-./:;=?@_~"


class Gate(Quart):
    """A Quart that answers under `trusted_hosts` only, whatever the port (DNS rebinding).

    The Host header is all that counts; Forwarded and X-Forwarded-* are not read. Of the requests
    below `prefix` it is at `max_at_work` at a time, and refuses what comes beyond.
    """

    def __init__(
        self, name: str, trusted_hosts: Iterable[str], *, prefix: str, max_at_work: int
    ) -> None:
        super().__init__(name, static_folder=None)
        self._prefix = f"{prefix}/"
        self._turns = max_at_work
        self._trusted_hosts = frozenset(_normalise(host) for host in trusted_hosts)
        self.direct: dict[tuple[str, str], Handler] = {}
        """What is answered without Quart, by method and path."""

    async def asgi_app(self, scope: Any, receive: Any, send: Any) -> None:
        """Handle one ASGI connection."""
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})
        elif scope["type"] == "http":
            with observe(scope, send) as observed:
                await self._answer_http(scope, receive, observed)
        else:
            await super().asgi_app(scope, receive, send)

    async def full_dispatch_request(self, request_context: RequestContext | None = None) -> Any:
        """Answer a request that Quart has found a route for, or none."""
        if request_context is not None:
            note_route(request_context.request)
        return await super().full_dispatch_request(request_context)

    async def _answer_http(self, scope: Any, receive: Any, send: Observation) -> None:
        if refusal := self._refuse(scope):
            await send_answer(send, format_directly(refusal))
        elif handler := self.direct.get((scope["method"], scope["path"])):
            send.route = scope["path"]
            request = DirectRequest(scope, receive, self.config["BODY_TIMEOUT"])
            await self._answer_directly(handler, request, send)
        else:
            await self._answer_in_turn(scope, receive, send)

    async def _answer_directly(
        self, handler: Handler, request: DirectRequest, send: Observation
    ) -> None:
        try:
            answer = await handler(request)
        except Exception as exc:  # noqa: BLE001
            answer = format_directly(exc)
            if not request.is_complete:
                # What is left of the body would be taken for the next request.
                answer.headers.append((b"connection", b"close"))
        if answer is None:
            await self._answer_in_turn(
                request.scope, request.replay, send, is_read=request.is_complete
            )
        else:
            await send_answer(send, answer)

    async def _answer_in_turn(
        self, scope: Any, receive: Any, send: Any, *, is_read: bool = False
    ) -> None:
        # Whether the process lives and is ready is told at any time.
        if not scope["path"].startswith(self._prefix):
            await self._answer(scope, receive, send)
        elif not self._turns:
            answer = format_directly(OverloadedError())
            if not is_read and any(name in _FRAMES for name, _ in scope["headers"]):
                answer.headers.append((b"connection", b"close"))
            await send_answer(send, answer)
        else:
            self._turns -= 1
            try:
                await self._answer(scope, receive, send)
            finally:
                self._turns += 1

    async def _answer(self, scope: Any, receive: Any, send: Observation) -> None:
        if not scope["query_string"].isascii():
            # Quart decodes it as UTF-8 where no error handler can reach.
            quoted = quote_from_bytes(scope["query_string"], safe=_QUERY_CHARACTERS).encode()
            scope = {**scope, "query_string": quoted}
        # A body that the server cannot read on looks to Quart as if the client had gone: it says
        # nothing, and the server would say 500. To a client that is gone this does no harm.
        await super().asgi_app(scope, receive, send)
        if send.status is None:
            answer = format_directly(MalformedBodyError(CUT_OFF))
            answer.headers.append((b"connection", b"close"))
            await send_answer(send, answer)

    def _refuse(self, scope: Any) -> VisionTasksError | None:
        if not self._is_trusted(scope):
            return UntrustedHostError()
        # Werkzeug would take //api for /api, and a browser takes it for a host.
        if not scope["path"].startswith("/") or scope["path"].startswith("//"):
            return AddressNotFoundError(HTTP_DETAILS["not_found"])
        return None

    def _is_trusted(self, scope: Any) -> bool:
        named = [value for name, value in scope["headers"] if name == b"host"]
        match = _HOST.fullmatch(named[0]) if len(named) == 1 else None
        return match is not None and match[1].decode().lower() in self._trusted_hosts


def _normalise(host: str) -> str:
    host = host.lower()
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
