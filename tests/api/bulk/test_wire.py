"""Bulk requests as granian serves them."""

import json
import socket
import time
from contextlib import suppress

import httpx
import pytest

from tests.api.bulk.sending import BULK, NDJSON, fetch_filenames, make_lines, make_tasks
from tests.api.wire import KEY_LINE, open_socket, read_to_end
from tests.databases import psql
from tests.keys import make_headers
from tests.servers import serve_api
from tests.waiting import wait_for

POST = f"POST {BULK} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {NDJSON}\r\n".encode() + KEY_LINE
LINES = make_lines(*make_tasks(["n" * 100] * 10_000)) + b"\n"
MUCH_BYTES = 50_000_000
COPYING = "SELECT count(*) FROM pg_stat_progress_copy WHERE tuples_processed > 0"
BUSY = "SELECT count(*) FROM pg_stat_activity WHERE state <> 'idle' AND pid <> pg_backend_pid()"


@pytest.fixture(scope="module")
def server(databases, template):
    with databases.create(template=template) as settings:
        chosen = databases.settings_of(settings.POSTGRES_DB, DATABASE_POOL_SIZE=2)
        with serve_api(chosen) as url:
            yield url, settings


@pytest.fixture
def served(server):
    url, settings = server
    with psql(settings) as cursor:
        cursor.execute("DELETE FROM tasks")
        yield url, cursor


def count(cursor, statement):
    cursor.execute(f"{statement} AND datname = current_database()")
    return cursor.fetchone()[0]


def send_all(url, body, **headers):
    with httpx.Client(base_url=url, headers=make_headers(), timeout=30) as client:
        return client.post(BULK, content=body, headers={"Content-Type": NDJSON, **headers})


@pytest.mark.parametrize("framing", ["length", "chunks"])
@pytest.mark.parametrize("ending", ["reset", "half-closed"])
def test_a_sender_that_breaks_off_leaves_nothing(served, framing, ending):
    url, cursor = served
    for _ in range(3):
        with open_socket(url) as wire:
            if framing == "length":
                wire.sendall(POST + b"Content-Length: 100000000\r\n\r\n" + LINES)
            else:
                wire.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\n")
                wire.sendall(b"%x\r\n%b\r\n" % (len(LINES), LINES))
            wait_for(lambda: count(cursor, COPYING), "a copy under way")
            if ending == "half-closed":
                wire.shutdown(socket.SHUT_WR)
                assert b"malformed_body" in read_to_end(wire)
        wait_for(lambda: not count(cursor, BUSY), "the end of the transaction")
    assert fetch_filenames(cursor) == []
    assert send_all(url, LINES).json()["created"] == 10_000


def test_a_chunked_body_is_read_to_its_end(served):
    url, cursor = served
    response = send_all(
        url, iter([LINES[start : start + 7001] for start in range(0, len(LINES), 7001)])
    )
    assert response.json() == {"created": 10_000, "rejected": 0, "taken": 0, "errors": []}
    assert len(fetch_filenames(cursor)) == 10_000


def test_a_bad_line_ends_it_while_the_sender_is_still_sending(served):
    url, cursor = served
    body = b"x\n" * 200 + LINES * 100
    began = time.monotonic()
    response = send_all(url, body)
    assert response.status_code == 422
    assert response.headers["Connection"] == "close"
    assert len(response.json()["errors"]) == 100
    assert time.monotonic() - began < 20
    assert fetch_filenames(cursor) == []


def test_a_sender_is_kept_waiting_while_the_database_is(served):
    url, cursor = served
    cursor.execute("BEGIN; LOCK TABLE tasks IN SHARE MODE")
    sent = 0
    with open_socket(url) as wire:
        wire.sendall(POST + b"Content-Length: 1000000000\r\n\r\n")
        wire.settimeout(1)
        with suppress(TimeoutError):
            while sent < MUCH_BYTES:
                wire.sendall(LINES)
                sent += len(LINES)
        assert sent < MUCH_BYTES
    cursor.execute("ROLLBACK")


def test_the_connection_serves_the_next_request(served):
    url, _ = served
    with httpx.Client(base_url=url, headers=make_headers()) as client:
        for _ in range(3):
            response = client.post(BULK, content=LINES, headers={"Content-Type": NDJSON})
            assert response.status_code == 201
            assert "Connection" not in response.headers


def test_who_asks_first_is_told_to_go_on(served):
    url, _ = served
    with open_socket(url) as wire:
        wire.sendall(
            POST + b"Expect: 100-continue\r\nConnection: close\r\nContent-Length: 17\r\n\r\n"
        )
        assert wire.recv(65536).startswith(b"HTTP/1.1 100 ")
        wire.sendall(b'{"filename": "a"}')
        answer = read_to_end(wire)
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["created"] == 1
