"""The one connection to the server; requests follow each other on it."""

import gzip
import http.client
import ssl
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import NamedTuple

from pydantic import SecretStr

from vision_tasks.sending.target import Target

TIMEOUT_SECONDS = 60.0
"""Longest silence of the server, twice as long as a statement may take by default."""
ANSWER_MAX_BYTES = 1_048_576

_FASTEST = 1
_HIDDEN = b"[key]"


class Answer(NamedTuple):
    """What the server says; `retry_after` is in seconds, None where it says nothing of that."""

    status: int
    retry_after: float | None
    body: bytes


class Connection:
    """Posts NDJSON to `target` over HTTP/1.1. It follows no redirect and knows no proxy.

    The key leaves it in one header, towards `target` only, and comes back in no answer.
    """

    def __init__(self, target: Target, key: SecretStr, *, compress: bool) -> None:
        self._path = target.path
        self._key = key
        self._compress = compress
        self._http: http.client.HTTPConnection
        if target.is_encrypted:
            self._http = http.client.HTTPSConnection(
                target.host,
                target.port,
                timeout=TIMEOUT_SECONDS,
                context=ssl.create_default_context(),
            )
        else:
            self._http = http.client.HTTPConnection(
                target.host, target.port, timeout=TIMEOUT_SECONDS
            )

    def post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send `body` and return the answer, whatever it is.

        Raises OSError or HTTPException where none came, and then nobody knows what was done.
        """
        headers = {
            **headers,
            "Authorization": f"Bearer {self._key.get_secret_value()}",
            "Content-Type": "application/x-ndjson",
            "Accept": "application/json, application/problem+json",
            "User-Agent": "vision-tasks-send",
        }
        if self._compress:
            # Without a date, for a repeat must be the same to the last byte.
            body = gzip.compress(body, _FASTEST, mtime=0)
            headers["Content-Encoding"] = "gzip"
        was_open = self._http.sock is not None
        try:
            return self._exchange(body, headers)
        except (OSError, http.client.HTTPException):
            self._http.close()
            if not was_open:
                raise
        # A server may close a connection that has been idle, which is seen only now.
        try:
            return self._exchange(body, headers)
        except (OSError, http.client.HTTPException):
            self._http.close()
            raise

    def close(self) -> None:
        """Leave the server."""
        self._http.close()

    def _exchange(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        if self._http.sock is None:
            self._http.connect()
        is_whole = True
        try:
            self._http.request("POST", self._path, body, dict(headers))
        except (BrokenPipeError, ConnectionResetError):
            # Whoever refuses a body may answer, and be gone, before having read all of it.
            is_whole = False
        with self._http.getresponse() as response:
            text = response.read(ANSWER_MAX_BYTES)
            if response.length and len(text) < ANSWER_MAX_BYTES:
                raise http.client.IncompleteRead(text)
            is_whole = is_whole and response.isclosed()
            retry_after = _read_delay(response.headers.get("Retry-After", ""))
        if not is_whole:
            self._http.close()
        return Answer(
            response.status,
            retry_after,
            text.replace(self._key.get_secret_value().encode(), _HIDDEN),
        )


def is_worth_another_try(status: int) -> bool:
    """Tell whether the same request may be answered otherwise later."""
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in (
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    )


def _read_delay(text: str) -> float | None:
    # RFC 9110, section 10.2.3: seconds or a date.
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None
