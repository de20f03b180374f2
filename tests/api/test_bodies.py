import json

import pytest
from werkzeug.datastructures import Headers

from tests.api.problems import JSON, SOMEBODY, TASKS, read_field, read_problem


@pytest.mark.parametrize(
    "filename",
    [
        "",
        " ",
        "\u3000\u00a0",
        "a" * 256,
        "é" * 256,
        "a\x00b",
        "a\nb",
        "a\r",
        "a\tb",
        "\x1b[31m",
        "\x7f",
        "\x85",
        "\u2028",
        "\u2029",
        "\u202egpj.exe",
        "\u2066a",
        "\u200fa",
    ],
    ids=ascii,
)
async def test_a_filename_that_would_mislead_is_refused(stranger, filename):
    for method, path in (("POST", TASKS), ("PUT", SOMEBODY)):
        response = await stranger.open(path, method=method, json={"filename": filename})
        assert await read_field(response) == "filename"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("{}", "filename"),
        ('{"filename": null}', "filename"),
        ('{"filename": 5}', "filename"),
        ('{"filename": {"a": 1}}', "filename"),
        ('{"filename": "a", "version": 2}', "version"),
        ('{"filename": "a", "status": "FAILED"}', "status"),
        ('{"filename": "a", "result": 1}', "result"),
        ('{"filename": "a", "a`b\\n": 1}', "a`b\n"),
        (f'{{"filename": "a", "{"x" * 1000}": 1}}', "x" * 50),
        ('{"filename": "a", "filename": "b"}', "body"),
        ('{"filename": "\\ud800"}', "body"),
        ('{"filename": "a", "\\ud800": 1}', "body"),
        ("[]", "body"),
        ('"a"', "body"),
        ("1", "body"),
        ("null", "body"),
        ("[" * 200_000, "body"),
    ],
    ids=lambda value: value[:40],
)
async def test_json_that_is_no_task_is_refused_by_field(stranger, body, field):
    response = await stranger.post(TASKS, data=body.encode(), headers=JSON)
    assert await read_field(response) == field


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b'{"filename": "a"',
        b'{"filename": "a"} x',
        b'{"filename": "a"}{}',
        b"{'filename': 'a'}",
        b'{"filename": "a",}',
        b'{"filename": NaN}',
        b'{"filename": -Infinity}',
        b'{"filename": "a\nb"}',
        b'{"filename": "\xff"}',
        b'{"filename": "\xed\xa0\x80"}',
        b'\xef\xbb\xbf{"filename": "a"}',
        '{"filename": "a"}'.encode("utf-16"),
        b"\x1f\x8b\x08\x00",
        b"filename=a",
    ],
)
async def test_what_is_no_json_is_refused(stranger, body):
    response = await stranger.post(TASKS, data=body, headers=JSON)
    await read_problem(response, 400, "malformed_body")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": ""},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "application/merge-patch+json"},
        {"Content-Type": "application/jsonx"},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": "application/json; charset=utf-16"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
async def test_a_body_of_another_type_is_refused(stranger, headers):
    for method, path in (("POST", TASKS), ("PUT", SOMEBODY)):
        response = await stranger.open(
            path, method=method, data=b'{"filename": "a"}', headers=headers
        )
        await read_problem(response, 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "lines",
    [
        [("Content-Type", "application/json"), ("Content-Type", "text/plain")],
        [("Content-Type", "application/json")] * 2,
        [
            ("Content-Type", "application/json"),
            ("Content-Encoding", "identity"),
            ("Content-Encoding", "gzip"),
        ],
    ],
)
async def test_a_second_line_of_a_header_is_seen(stranger, lines):
    response = await stranger.post(TASKS, data=b'{"filename": "a"}', headers=Headers(lines))
    await read_problem(response, 415, "unsupported_media_type")


async def test_a_patch_of_another_type_is_refused(stranger):
    for media_type in ("text/json", "application/json-patch+json"):
        headers = {"If-Match": "*", "Content-Type": media_type}
        response = await stranger.patch(SOMEBODY, data=b"{}", headers=headers)
        await read_problem(response, 415, "unsupported_media_type")


async def test_a_body_over_the_limit_is_refused(stranger, untouched_settings):
    body = json.dumps({"filename": "a", "x": "x" * untouched_settings.MAX_BODY_BYTES}).encode()
    response = await stranger.post(TASKS, data=body, headers=JSON)
    await read_problem(response, 413, "body_too_large")


async def test_a_body_that_says_it_is_over_the_limit_is_not_waited_for(stranger):
    connection = stranger.request(
        TASKS, method="POST", headers={**JSON, "Content-Length": "1000000000"}
    )
    async with connection as request:
        await request.send(b'{"filename"')
    await read_problem(await request.as_response(), 413, "body_too_large")


async def test_a_body_of_no_stated_length_is_cut_off_at_the_limit(stranger, untouched_settings):
    part = b" " * 100_000
    async with stranger.request(TASKS, method="POST", headers=JSON) as request:
        for _ in range(untouched_settings.MAX_BODY_BYTES // len(part) + 1):
            await request.send(part)
    await read_problem(await request.as_response(), 413, "body_too_large")


async def test_a_body_at_the_limit_is_read(client, settings):
    body = b'{"filename": "a"}'.ljust(settings.MAX_BODY_BYTES)
    response = await client.post(TASKS, data=body, headers=JSON)
    assert response.status_code == 201
