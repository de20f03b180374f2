"""`POST /tasks` as nearly every client sends it, answered without Quart, which takes far longer.

What is unusual about a request, and what is wrong with one, is left to `api.tasks`, which stores
through the same writer: both answer alike.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple, Protocol
from uuid import UUID, uuid4

import msgspec

from api.answers import MEDIA_TYPE, format_birth
from api.conditions import format_etag
from api.direct import DirectAnswer, DirectRequest, Handler, make_answer
from api.idempotency import check_repeat, derive_id, read_idempotency_key
from api.payloads import NewTask
from api.writer import NewRow, Sender
from vision_tasks.api_key_rules import hash_secret
from vision_tasks.errors import InvalidFieldError
from vision_tasks.ingest_queries import BirthRow

_BEARER = b"Bearer "
_JSON = frozenset({b"application/json", b"application/json; charset=utf-8"})
_READ = frozenset({b"authorization", b"content-type", b"content-length", b"idempotency-key"})
# Each of these changes how the body is read.
_UNUSUAL = frozenset({b"content-encoding", b"transfer-encoding", b"expect"})
# Short enough for every MAX_BODY_BYTES.
_LENGTH_DIGITS = 3
_PLAIN_QUOTES = 4

_decoder = msgspec.json.Decoder(NewTask)


class Writer(Protocol):
    """What of a TaskWriter is needed here."""

    @property
    def key_ids(self) -> Mapping[bytes, UUID]:
        """See TaskWriter."""

    def require_room(self) -> None:
        """See TaskWriter."""

    async def store(self, sender: Sender, row: NewRow) -> BirthRow:
        """See TaskWriter."""


class _Head(NamedTuple):
    secret: str
    idempotency_key: str | None


def make_handler(writer: Writer, path: str) -> Handler:
    """Make the handler of POST for the list of tasks at `path`."""
    etag = (b"etag", format_etag(1).encode())

    async def post_task(request: DirectRequest) -> DirectAnswer | None:
        birth = await _store(writer, request)
        if birth is None:
            # Quart's way comes to the same queue, by a long way over the database.
            writer.require_room()
            return None
        location = (b"location", f"{path}/{birth.id}".encode())
        return make_answer(
            HTTPStatus.CREATED, format_birth(birth), MEDIA_TYPE.encode(), (etag, location)
        )

    return post_task


async def _store(writer: Writer, request: DirectRequest) -> BirthRow | None:
    if request.scope["query_string"] or (head := _read_head(request.scope)) is None:
        return None
    filename = _read_filename(await request.read_whole())
    if filename is None:
        return None
    secret_hash = hash_secret(head.secret)
    if head.idempotency_key is None:
        return await writer.store(Sender(secret_hash, once=False), NewRow(uuid4(), filename))
    key_id = writer.key_ids.get(secret_hash)
    if key_id is None:
        return None
    task_id = derive_id(key_id, head.idempotency_key)
    birth = await writer.store(Sender(secret_hash, once=True), NewRow(task_id, filename))
    check_repeat(birth, filename)
    return birth


def _read_head(scope: Any) -> _Head | None:
    # What there is to know of a request of which nothing else has to be looked at.
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
    idempotency_key = None
    if b"idempotency-key" in found:
        try:
            idempotency_key = read_idempotency_key([found[b"idempotency-key"].decode("latin-1")])
        except InvalidFieldError:
            return None
    return _Head(key[len(_BEARER) :].decode(), idempotency_key)


def _read_filename(body: bytes) -> str | None:
    # Four quotes leave no room for a name that is there twice, which msgspec would let pass.
    if body.count(b'"') != _PLAIN_QUOTES:
        return None
    try:
        return _decoder.decode(body).filename
    except (msgspec.DecodeError, UnicodeDecodeError, InvalidFieldError):
        return None
