"""Calls of the provider: short answers in JSON, within a time limit, and no redirects."""

import json
import ssl
import time
from functools import cache
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from dashboard.single_sign_on.errors import ProviderAwayError, ProviderBusyError, describe_cause
from vision_tasks.turns import Turns

SILENCE_SECONDS = 5.0
TOTAL_SECONDS = 10.0
MAX_BYTES = 262_144
AT_ONCE, WAITING = 3, 1
"""How many calls there are at once, and how many more may wait for theirs, per process."""
LONGEST_WAIT_SECONDS = 2.0

# A provider that hangs holds so many threads of the desk, and leaves the others to whoever is in.
TURNS = Turns(
    at_once=AT_ONCE,
    waiting=WAITING,
    longest_seconds=LONGEST_WAIT_SECONDS,
    refuse=ProviderBusyError,
)
_CHUNK_BYTES = 65_536
_SERVER_ERROR = 500


def call(
    url: str, *, form: dict[str, str] | None = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    """Send a GET, or a POST of `form`; returns the status and the JSON object of the answer.

    `url` must be one that `is_safe_to_call`. Raises ProviderAwayError where no such answer came
    in time, and ProviderBusyError, which is one, where too many other calls are under way.
    """
    data = None if form is None else urlencode(form).encode("ascii")
    request = Request(url, data, {"Accept": "application/json", **(headers or {})})  # noqa: S310
    try:
        with TURNS.take():
            status, body = _send(request)
        answer = json.loads(body)
    except (OSError, HTTPException, ValueError, RecursionError) as exc:
        raise ProviderAwayError(f"{url} failed ({describe_cause(exc)})") from exc
    if status >= _SERVER_ERROR or not isinstance(answer, dict):
        raise ProviderAwayError(f"{url} answered with status {status}, or no JSON object")
    return status, answer


class _NoRedirects(HTTPRedirectHandler):
    # The secret and the code go to the address that the provider gave, and no further.
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


@cache
def _get_context() -> ssl.SSLContext:
    # With the certificate authorities of the machine, a company's own among them; to read them
    # takes longer than a call.
    return ssl.create_default_context()


def _send(request: Request) -> tuple[int, bytes]:
    deadline = time.monotonic() + TOTAL_SECONDS
    opener = build_opener(HTTPSHandler(context=_get_context()), _NoRedirects())
    try:
        response = opener.open(request, timeout=SILENCE_SECONDS)
    except HTTPError as exc:
        response = exc
    with response:
        body = b""
        while chunk := response.read1(_CHUNK_BYTES):
            body += chunk
            if len(body) > MAX_BYTES:
                raise ValueError("the answer is too long")
            if time.monotonic() > deadline:
                raise TimeoutError("the answer takes too long")
        return response.status, body
