"""Every HTTP request, observed around the whole app."""

import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import cache
from types import TracebackType
from typing import Any, Self

from quart import Request

from api.metrics.measures import process
from api.operations import format_path

# What is made up by clients is no label: each value costs memory for ever.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER_METHOD = "other"
UNMATCHED = "unmatched"

Send = Callable[[Any], Awaitable[None]]

_KEY = "vision_tasks.observation"


class Observation:
    """One request, from its head to the end of its answer.

    It stands in for the `send` of ASGI. `route` is set by whoever knows it; `status` is None until
    the answer has begun.
    """

    __slots__ = ("_began", "_method", "_send", "route", "status")

    def __init__(self, scope: Any, send: Send) -> None:
        self._method = scope["method"]
        self._send = send
        self.status: int | None = None
        self._began = 0.0
        self.route = UNMATCHED

    def __enter__(self) -> Self:
        process.in_progress += 1
        self._began = time.perf_counter()
        return self

    def __call__(self, message: Any) -> Awaitable[None]:
        """Send a message, and note the status that it may tell."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
        return self._send(message)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        process.in_progress -= 1
        if process.measures is not None:
            process.measures.count_request(
                self._method if self._method in METHODS else OTHER_METHOD,
                self.route,
                self.status,
                time.perf_counter() - self._began,
            )


def observe(scope: Any, send: Send) -> Observation:
    """Begin the observation of a request, which is to be entered around its whole answer."""
    observation = Observation(scope, send)
    scope[_KEY] = observation
    return observation


@contextmanager
def leave_out() -> Iterator[None]:
    """Let the current request be none of those in progress, so a look finds what it does not do."""
    process.in_progress -= 1
    try:
        yield
    finally:
        process.in_progress += 1


def note_route(request: Request) -> None:
    """Note the route of a request that Quart answers, where it has found one."""
    observation = request.scope.get(_KEY)
    if isinstance(observation, Observation) and request.url_rule is not None:
        observation.route = _format_route(request.url_rule.rule)


_format_route = cache(format_path)
