"""Content-Encoding: gzip, up to what it may unpack to."""

import asyncio
import gzip
import zlib

import pytest

from api.bulk.body import Body
from api.bulk.unpacking import PIECE_BYTES, GzipUnpacker
from api.direct import DirectRequest
from tests.api.bulk.sending import (
    fetch_filenames,
    in_parts,
    make_lines,
    make_tasks,
    read_code,
    read_created,
    send,
)
from tests.api.clients import create_app

TEXT = make_lines(*make_tasks(["a.jpg", "b.jpg"]))
PACKED = gzip.compress(TEXT)


def read(unpacker, parts):
    return b"".join(piece for part in parts for piece in unpacker.feed(part))


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "x-gzip"])
async def test_gzip_is_unpacked(app, cursor, coding):
    assert read_created(await send(app, PACKED, Content_Encoding=coding)) == 2
    assert fetch_filenames(cursor) == ["a.jpg", "b.jpg"]


async def test_gzip_may_come_in_parts_of_a_byte(app):
    parts = in_parts([PACKED[n : n + 1] for n in range(len(PACKED))])
    assert read_created(await send(app, parts, Content_Encoding="gzip")) == 2


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip", "gzip, br", "zstd"])
async def test_another_coding_is_refused(app, coding):
    response = await send(app, TEXT, Content_Encoding=coding)
    assert read_code(response, 415) == "unsupported_media_type"
    assert "gzip" in response.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        TEXT,
        PACKED[:-1],
        PACKED[:-9],
        PACKED[:5],
        PACKED + b"trailing",
        PACKED + b"\0" * 10,
        PACKED + PACKED[:12],
        PACKED[:-8] + b"\0" * 8,
        zlib.compress(TEXT),
    ],
    ids=[
        "empty",
        "plain",
        "without its last byte",
        "without its end",
        "without its beginning",
        "with a tail",
        "padded",
        "and half another",
        "with a wrong sum",
        "another format",
    ],
)
async def test_what_is_no_whole_gzip_leaves_nothing(app, cursor, body):
    response = await send(app, body, Content_Encoding="gzip")
    assert read_code(response, 400) == "malformed_body"
    assert fetch_filenames(cursor) == []


async def test_what_unpacks_to_more_than_the_limit_is_refused(settings, cursor):
    app = create_app(settings.model_copy(update={"BULK_MAX_BYTES": 1_000_000}))
    bomb = gzip.compress(b'{"filename": "bomb"}\n' * 5_000_000)
    assert len(bomb) < 500_000
    async with app.test_app():
        response = await send(app, bomb, Content_Encoding="gzip")
        assert read_code(response, 413) == "body_too_large"
        fits = gzip.compress(b'{"filename": "fits"}\n' * 10)
        assert read_created(await send(app, fits, Content_Encoding="gzip")) == 10
    assert fetch_filenames(cursor) == ["fits"] * 10


async def test_what_unpacks_to_nothing_is_bounded_as_well(settings):
    app = create_app(settings.model_copy(update={"BULK_MAX_BYTES": 100_000}))

    async def endless():
        while True:
            yield gzip.compress(b"") * 100

    async with app.test_app():
        response = await send(app, endless(), Content_Encoding="gzip")
    assert read_code(response, 413) == "body_too_large"


async def test_others_get_their_turn_at_each_piece_that_a_body_unpacks_to():
    turns = 0

    async def receive():
        packed = gzip.compress(b"x" * 100 * PIECE_BYTES)
        return {"type": "http.request", "body": packed, "more_body": False}

    async def take_turns():
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    request = DirectRequest({"headers": []}, receive)
    body = Body(request, is_gzip=True, max_bytes=100 * PIECE_BYTES, idle_seconds=60)
    turns = 0
    others = asyncio.create_task(take_turns())
    while await body.read():
        pass
    others.cancel()
    assert turns >= 100


def test_several_members_are_one_body():
    whole = PACKED + gzip.compress(b"") + PACKED
    for cut in range(len(whole) + 1):
        unpacker = GzipUnpacker()
        assert read(unpacker, [whole[:cut], whole[cut:]]) == TEXT + TEXT
        unpacker.finish()


@pytest.mark.parametrize("size", [PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES])
def test_pieces_are_bounded_and_none_is_lost(size):
    for data in (b"x" * size, (bytes(range(251)) * size)[:size]):
        packed = gzip.compress(data)
        for cut in range(len(packed) - 20, len(packed)):
            unpacker = GzipUnpacker()
            pieces = [*unpacker.feed(packed[:cut]), *unpacker.feed(packed[cut:])]
            unpacker.finish()
            assert b"".join(pieces) == data
            assert max(map(len, pieces)) <= PIECE_BYTES
