"""`POST /tasks` as nearly every client sends it, answered without Quart, which takes far longer.

What is unusual about a request, and what is wrong with one, is left to `api.tasks`, which stores
through the same writer: both answer alike.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import msgspec

from api.answers import MEDIA_TYPE, format_birth
from api.conditions import format_etag
from api.direct import DirectAnswer, DirectRequest, Handler, make_answer
from api.payloads import NewTask
from api.writer import NewRow, Sender
from vision_tasks.api_key_rules import hash_secret
from vision_tasks.errors import InvalidFieldError
from vision_tasks.ingest_queries import BirthRow

Store = Callable[[Sender, NewRow], Awaitable[BirthRow]]

_BEARER = b"Bearer "
_JSON = frozenset({b"application/json", b"application/json; charset=utf-8"})
_READ = frozenset({b"authorization", b"content-type", b"content-length"})
# Each of these changes how the body is read, or what a repeat is answered.
_UNUSUAL = frozenset({b"content-encoding", b"transfer-encoding", b"expect", b"idempotency-key"})
_LENGTH_DIGITS = 4
_PLAIN_QUOTES = 4

_decoder = msgspec.json.Decoder(NewTask)


def make_handler(store: Store, path: str) -> Handler:
    """Make the handler of POST for the list of tasks at `path`."""
    etag = (b"etag", format_etag(1).encode())

    async def post_task(request: DirectRequest) -> DirectAnswer | None:
        if request.scope["query_string"] or (secret := _read_secret(request.scope)) is None:
            return None
        filename = _read_filename(await request.read_whole())
        if filename is None:
            return None
        birth = await store(Sender(hash_secret(secret), once=False), NewRow(uuid4(), filename))
        location = (b"location", f"{path}/{birth.id}".encode())
        return make_answer(
            HTTPStatus.CREATED, format_birth(birth), MEDIA_TYPE.encode(), (etag, location)
        )

    return post_task


def _read_secret(scope: Any) -> str | None:
    # The secret of a request of which nothing else has to be looked at.
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in _READ:
            if name in found:
                return None
            found[name] = value
        elif name in _UNUSUAL:
            return None
    key, length = found.get(b"authorization", b""), found.get(b"content-length", b"")
    if (
        found.get(b"content-type") not in _JSON
        or not key.startswith(_BEARER)
        or key.count(b" ") != 1
        or not key.isascii()
        or not length.isdigit()
        or len(length) > _LENGTH_DIGITS
    ):
        return None
    return key[len(_BEARER) :].decode()


def _read_filename(body: bytes) -> str | None:
    # Four quotes leave no room for a name that is there twice, which msgspec would let pass.
    if body.count(b'"') != _PLAIN_QUOTES:
        return None
    try:
        return _decoder.decode(body).filename
    except (msgspec.DecodeError, UnicodeDecodeError, InvalidFieldError):
        return None
