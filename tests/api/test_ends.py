"""What is stored when a server ends: by SIGTERM all that it accepted, by SIGKILL never twice."""

import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import psutil
import pytest

from tests import plain_http
from tests.api.problems import TASKS
from tests.databases import psql
from tests.keys import add_key, make_headers
from tests.servers import serve_api, serve_api_process

KEY = {"Idempotency-Key": "order-4711"}
BODY = {"filename": "a.jpg"}
POSTS = 20
SECONDS = 20


@pytest.fixture
def settings(settings):
    with psql(settings) as cursor:
        add_key(cursor)
    return settings


@pytest.fixture
def cursor(settings):
    with psql(settings) as cursor:
        yield cursor


def post(url, headers=()):
    return plain_http.post(
        f"{url}{TASKS}", json=BODY, headers={**make_headers(), **dict(headers)}, timeout=SECONDS
    )


def wait_for(cursor, query, number):
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        cursor.execute(query)
        if cursor.fetchone()[0] >= number:
            return
        time.sleep(0.005)
    raise TimeoutError(query)


BLOCKED = "SELECT count(*) FROM pg_locks WHERE NOT granted"
STORED = "SELECT count(*) FROM tasks"


def test_all_that_was_accepted_is_stored_and_answered_after_sigterm(settings, cursor):
    with serve_api_process(settings) as (url, process), ThreadPoolExecutor(POSTS) as pool:
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE tasks IN SHARE MODE")
        answers = [pool.submit(post, url) for _ in range(POSTS)]
        wait_for(cursor, BLOCKED, 1)
        # The server has read them all once it answers this, which came after them.
        assert plain_http.get(f"{url}/livez").status_code == 200
        process.terminate()
        cursor.execute("COMMIT")
        accepted = [one.result() for one in answers if one.exception() is None]
        refused = {type(one.exception()) for one in answers if one.exception() is not None}
        process.join(SECONDS)
        assert process.exitcode == 0
    # Who came too late was not let in.
    assert refused <= {httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError}
    assert {answer.status_code for answer in accepted} == {201}
    cursor.execute("SELECT id::text FROM tasks")
    assert sorted(row[0] for row in cursor.fetchall()) == sorted(
        answer.json()["id"] for answer in accepted
    )


def test_a_task_whose_server_was_killed_before_it_answered_is_not_stored_twice(settings, cursor):
    with serve_api_process(settings) as (url, process), ThreadPoolExecutor(1) as pool:
        # Prepares the statement, which cannot be done while the table is locked.
        assert post(url, {"Idempotency-Key": "another"}).status_code == 201
        cursor.execute("DELETE FROM tasks")
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE tasks IN SHARE MODE")
        lost = pool.submit(post, url, KEY)
        wait_for(cursor, BLOCKED, 1)
        for one in (*psutil.Process(process.pid).children(), process):
            one.kill()
        cursor.execute("COMMIT")
        assert isinstance(lost.exception(), httpx.TransportError)
    # Its statement was with PostgreSQL, which goes through with it.
    wait_for(cursor, STORED, 1)
    cursor.execute("SELECT id::text FROM tasks")
    (task_id,) = cursor.fetchone()
    with serve_api(settings) as url:
        answers = [post(url, KEY) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {201}
    assert {answer.json()["id"] for answer in answers} == {task_id}
    cursor.execute(STORED)
    assert cursor.fetchone() == (1,)
