"""Clients that send whole requests, as real ones do, to an app in the test's own event loop."""

from typing import Any, cast

import httpx
from quart import Quart

from tests.keys import KEY, make_headers


def open_client(app: Quart, *, key: str = KEY) -> httpx.AsyncClient:
    """A client of a running app, with a key."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=cast("Any", app)),
        base_url="http://localhost",
        headers=make_headers(key),
        timeout=20,
    )
