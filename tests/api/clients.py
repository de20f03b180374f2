"""Clients of the API that send the key of the tests wherever a test sends no other."""

from typing import Any

from quart import Quart
from quart.testing import QuartClient
from werkzeug.datastructures import Headers

import api
from tests.keys import make_headers
from vision_tasks.config import Settings


class KeyedClient(QuartClient):
    async def _make_request(
        self, path: str, method: str, headers: Any, *rest: Any, **more: Any
    ) -> Any:
        return await super()._make_request(path, method, _add_key(headers), *rest, **more)

    def request(self, path: str, *, headers: Any = None, **options: Any) -> Any:
        return super().request(path, headers=_add_key(headers), **options)


def create_app(settings: Settings) -> Quart:
    """Make the API, whose test clients have a key."""
    app = api.create_app(settings)
    app.test_client_class = KeyedClient  # type: ignore[assignment]
    return app


def _add_key(headers: Any) -> Headers:
    keyed = Headers(headers or {})
    if "Authorization" not in keyed:
        keyed.update(make_headers())
    return keyed
