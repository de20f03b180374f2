"""The quick way to add a task and Quart's answer alike, whatever is sent."""

import asyncio

import pytest

from tests.api.clients import create_app
from tests.api.direct import open_client
from tests.api.problems import TASKS
from tests.keys import KEY

JSON = "application/json"
# Quart's way is taken where a header has any spelling but the usual ones.
SLOW = "application/json;charset=UTF-8"
BODIES = [
    b'{"filename": "a.jpg"}',
    b' \n{ "filename" :\t"a.jpg" } ',
    b'{"filename": "\xe9\x9b\xaa \xf0\x9f\x9a\x97.jpg"}',
    b'{"filename": "\\u00e9\\n"}',
    b'{"filename": "\\"quoted\\".jpg"}',
    b'{"file\\u006eame": "a.jpg"}',
    b'{"filename": "a.jpg", "filename": "b.jpg"}',
    b'{"filename": "a.jpg", "status": "FAILED"}',
    b'{"filename": "a.jpg", "result": [[[[1]]]]}',
    b'{"filename": "a.jpg"}{}',
    b'{"filename": "a.jpg"},',
    b'{"filename": "a.jpg",}',
    b'\xef\xbb\xbf{"filename": "a.jpg"}',
    b'{"filename": "a\x00.jpg"}',
    b'{"filename": "a\\u0000.jpg"}',
    b'{"filename": "\\ud800.jpg"}',
    b'{"filename": "\xff.jpg"}',
    b'{"filename": "\xe2\x80\xae.jpg"}',
    b'{"filename": ""}',
    b'{"filename": " \xe2\x80\x8b"}',
    b'{"filename": "' + b"a" * 255 + b'"}',
    b'{"filename": "' + b"a" * 256 + b'"}',
    b'{"filename": "' + "é".encode() * 255 + b'"}',
    b'{"filename": 1}',
    b'{"filename": null}',
    b'{"filename": NaN}',
    b'{"Filename": "a.jpg"}',
    b'{"x": "a.jpg"}',
    b"{}",
    b"[]",
    b"",
    b"null",
    b'"a.jpg"',
    b'["filename", "a.jpg"]',
]
UNLIKE = {"id", "created_at", "updated_at", "instance"}


@pytest.fixture
async def sender(app):
    async with open_client(app) as sender:
        yield sender


def read(answer):
    """All of an answer but what differs from task to task."""
    body = {name: value for name, value in answer.json().items() if name not in UNLIKE}
    headers = {name: value for name, value in answer.headers.items() if name != "location"}
    headers.pop("content-length")
    return answer.status_code, body, headers, len(answer.headers.get("location", ""))


@pytest.mark.parametrize("body", BODIES, ids=ascii)
async def test_both_ways_answer_alike(sender, body):
    quick, slow = [
        await sender.post(TASKS, content=body, headers={"Content-Type": kind})
        for kind in (JSON, SLOW)
    ]
    assert read(quick) == read(slow)


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": f"bearer {KEY}"},
        {"Authorization": f"Bearer  {KEY}"},
        {"Authorization": f"Bearer {KEY} "},
        {"Authorization": f"Basic {KEY}"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": b"Bearer \xe9"},
        {"Authorization": "Bearer vt_unknown"},
        {"Content-Encoding": "identity"},
        {"Content-Type": "text/plain"},
        {"Host": "evil.example"},
        {"Idempotency-Key": ""},
        {"Expect": "100-continue"},
    ],
    ids=ascii,
)
async def test_both_ways_read_headers_alike(sender, headers):
    answers = []
    for kind in (JSON, SLOW):
        chosen = {"Content-Type": kind, **headers}
        answers.append(await sender.post(TASKS, content=BODIES[0], headers=chosen))
    assert read(answers[0]) == read(answers[1])


async def test_both_ways_repeat_alike(sender):
    headers = {"Idempotency-Key": "once"}
    first, *others = [
        await sender.post(TASKS, content=BODIES[0], headers={"Content-Type": kind, **headers})
        for kind in (SLOW, JSON, SLOW, JSON)
    ]
    assert first.status_code == 201
    for one in others:
        assert (one.content, one.headers) == (first.content, first.headers)
    quick, slow = [
        await sender.post(TASKS, content=BODIES[2], headers={"Content-Type": kind, **headers})
        for kind in (JSON, SLOW)
    ]
    assert quick.status_code == 422
    assert quick.json()["code"] == "idempotency_key_reused"
    assert read(quick) == read(slow)


async def test_two_authorizations_are_no_key(sender):
    headers = [("Authorization", f"Bearer {KEY}"), ("Content-Type", JSON)]
    answer = await sender.post(TASKS, content=BODIES[0], headers=headers)
    assert answer.status_code == 201
    answer = await sender.post(TASKS, content=BODIES[0], headers=[*headers, headers[0]])
    assert answer.status_code == 401


async def test_who_has_no_key_learns_nothing_of_what_is_wrong_with_the_body(app):
    async with open_client(app, key="vt_unknown") as stranger:
        for body in (BODIES[0], b"{", b'{"filename": ""}'):
            answer = await stranger.post(TASKS, content=body, headers={"Content-Type": JSON})
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


async def test_the_quick_way_is_taken(app, sender):
    handler = app.direct["POST", TASKS]
    taken = []

    async def watch(request):
        answer = await handler(request)
        taken.append(answer is not None)
        return answer

    app.direct["POST", TASKS] = watch
    await sender.post(TASKS, json={"filename": "a.jpg"})
    await sender.post(TASKS, content=BODIES[0], headers={"Content-Type": SLOW})
    for _ in range(2):
        await sender.post(TASKS, json={"filename": "a.jpg"}, headers={"Idempotency-Key": "once"})
    assert taken == [True, False, True, True]


@pytest.mark.parametrize("kind", [JSON, SLOW])
async def test_neither_way_waits_for_ever_for_a_body(settings, kind):
    async def stop_half_way():
        yield BODIES[0][:10]
        await asyncio.Event().wait()

    app = create_app(settings)
    app.config["BODY_TIMEOUT"] = 0.1
    headers = {"Content-Type": kind, "Content-Length": str(len(BODIES[0]))}
    async with app.test_app(), open_client(app) as sender, asyncio.timeout(10):
        answer = await sender.post(TASKS, content=stop_half_way(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (408, "request_timeout")


@pytest.mark.parametrize("kind", [JSON, SLOW])
async def test_neither_way_takes_a_body_over_the_limit(databases, settings, kind):
    app = create_app(databases.settings_of(settings.POSTGRES_DB, MAX_BODY_BYTES=1024))
    async with app.test_app(), open_client(app) as sender:
        for padding, status in ((1024, 201), (1025, 413)):
            body = BODIES[0].ljust(padding)
            answer = await sender.post(TASKS, content=body, headers={"Content-Type": kind})
            assert answer.status_code == status
