"""The API as granian serves it: what only real HTTP can show."""

import re
from contextlib import suppress

import httpx
import pytest

from tests.api.problems import TASKS
from tests.api.wire import KEY_LINE, open_socket
from tests.databases import psql
from tests.keys import make_headers
from tests.servers import serve_api

HOST = b"Host: localhost\r\nConnection: close\r\n" + KEY_LINE
POST = f"POST {TASKS} HTTP/1.1\r\n".encode() + HOST + b"Content-Type: application/json\r\n"


@pytest.fixture(scope="module")
def served(databases, template):
    with databases.create(template=template) as settings:
        chosen = databases.settings_of(settings.POSTGRES_DB, DATABASE_POOL_SIZE=2)
        with serve_api(chosen) as url:
            yield url, chosen


@pytest.fixture
def url(served):
    return served[0]


def exchange(url, *parts):
    """Send bytes as they are and return the status and all that came back."""
    with open_socket(url) as wire:
        try:
            for part in parts:
                wire.sendall(part)
        except (BrokenPipeError, ConnectionResetError):
            pass
        answer = b""
        with suppress(ConnectionResetError):  # whoever closes before it has read all resets
            while data := wire.recv(65536):
                answer += data
    return int(answer.split(b" ", 2)[1]), answer


def test_the_database_sees_who_connects(served):
    url, settings = served
    assert httpx.get(f"{url}/readyz").status_code == 200
    with psql(settings) as cursor:
        cursor.execute(
            "SELECT DISTINCT application_name FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchall() == [("vision-tasks-api/asyncpg",)]


def test_a_chunked_body_is_read(url):
    status, _ = exchange(
        url,
        POST,
        b"Transfer-Encoding: chunked\r\n\r\n",
        b'5\r\n{"fil\r\nd\r\nename": "abc"\r\n1\r\n}\r\n0\r\n\r\n',
    )
    assert status == 201


def test_a_chunked_body_without_end_is_cut_off_at_the_limit(url):
    chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
    status, answer = exchange(url, POST, b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 100)
    assert status == 413
    assert b"body_too_large" in answer


def test_a_body_that_says_it_is_too_long_is_refused_at_once(url):
    status, answer = exchange(url, POST, b"Content-Length: 1000000000\r\n\r\n")
    assert status == 413
    assert b"application/problem+json" in answer


@pytest.mark.parametrize(
    "request_line",
    [
        f"GET {TASKS}?filename=".encode() + b"\xff\xfe HTTP/1.1",
        b"GET /\xff HTTP/1.1",
        b"GET //livez HTTP/1.1",
        b"GET http://localhost//livez HTTP/1.1",
        b"OPTIONS * HTTP/1.1",
        b"CONNECT localhost:80 HTTP/1.1",
        b"BREW /livez HTTP/1.1",
        b"GET /livez HTTP/1.1\r\nHost: evil.example",
        b"GET /livez HTTP/1.1\r\nHost: [::1",
        b"GET / HTTP/9.9",
        b"\x16\x03\x01",
    ],
)
def test_a_request_that_makes_no_sense_is_the_clients_fault(url, request_line):
    status, _ = exchange(url, request_line, b"\r\n", HOST, b"\r\n")
    assert 400 <= status < 500
    assert httpx.get(f"{url}/livez").status_code == 200


def test_head_has_the_headers_of_get_and_no_body(url):
    with httpx.Client(base_url=url, headers=make_headers()) as client:
        place = client.post(TASKS, json={"filename": "a.jpg"}).headers["Location"]
        got, head = client.get(place), client.head(place)
    assert head.content == b""
    for name in ("etag", "content-length", "content-type", "cache-control"):
        assert head.headers[name] == got.headers[name]


def test_clients_that_hang_up_leave_the_pool_whole(url):
    body = b'{"filename": "gone.jpg"}'
    message = (
        POST.replace(b"Connection: close\r\n", b"")
        + b"Content-Length: %d\r\n\r\n" % len(body)
        + body
    )
    for _ in range(60):
        with open_socket(url) as wire:
            wire.sendall(message)
    with httpx.Client(headers=make_headers()) as client:
        assert {client.get(f"{url}{TASKS}?limit=1").status_code for _ in range(10)} == {200}


def test_a_place_and_a_link_lead_back_to_this_server(url):
    with httpx.Client(base_url=url, headers=make_headers()) as client:
        for _ in range(2):
            location = client.post(TASKS, json={"filename": "a.jpg"}).headers["Location"]
            assert re.fullmatch(rf"{TASKS}/[0-9a-f-]{{36}}", location)
        link = client.get(f"{TASKS}?limit=1").headers["Link"]
    assert link.startswith(f"<{TASKS}?limit=1&cursor=")
    assert link.endswith('>; rel="next"')
