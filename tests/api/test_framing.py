"""Bodies that HTTP itself cannot make sense of, sent over real sockets."""

import json
import socket

import pytest

from tests.api.problems import TASKS
from tests.api.wire import KEY_LINE, open_socket, read_to_end
from tests.servers import serve_api

POST = (
    f"POST {TASKS} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n".encode()
    + KEY_LINE
)
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(scope="module")
def url(databases, template):
    with databases.create(template=template) as settings, serve_api(settings) as url:
        yield url


def check_refused(answer):
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *headers = head.lower().split(b"\r\n")
    assert status.startswith(b"http/1.1 400 "), answer
    assert b"content-type: application/problem+json" in headers
    assert b"connection: close" in headers
    assert json.loads(body)["code"] == "malformed_body"


@pytest.mark.parametrize(
    "body",
    [
        b"zz\r\n{}\r\n0\r\n\r\n",
        b"-5\r\n{}\r\n0\r\n\r\n",
        b"fffffffffffffffff\r\n{}\r\n",
        b"2\r\n{}garbage\r\n0\r\n\r\n",
    ],
    ids=ascii,
)
def test_chunks_that_are_none_are_the_clients_fault(url, body):
    with open_socket(url) as wire:
        wire.sendall(CHUNKED + body)
        check_refused(read_to_end(wire))


@pytest.mark.parametrize(
    "message",
    [POST + b'Content-Length: 50\r\n\r\n{"filename":', CHUNKED + b'c\r\n{"filename":\r\n'],
    ids=["length", "chunks"],
)
def test_a_body_that_is_cut_off_is_the_clients_fault(url, message):
    with open_socket(url) as wire:
        wire.sendall(message)
        wire.shutdown(socket.SHUT_WR)
        check_refused(read_to_end(wire))
