"""The quick way to add a task and Quart's answer alike, whatever is sent."""

import pytest

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
    assert taken == [True, False]
