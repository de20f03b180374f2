"""How many connections a process of the API holds."""

import resource
import socket
import time
from contextlib import ExitStack

import httpx
import pytest

from tests.servers import find_free_port, format_environment
from vision_tasks.serving.connections import MAX_CONNECTIONS, allow_connections
from vision_tasks.serving.server import Server

# As many as Granian's own limit lets in, and some.
IDLE = 1_100


@pytest.fixture
def limits():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield before
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_the_system_is_asked_for_as_many_files_as_there_may_be_connections(limits):
    _, most = limits
    resource.setrlimit(resource.RLIMIT_NOFILE, (600, most))
    number = allow_connections()
    assert number <= MAX_CONNECTIONS
    allowed, unchanged = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert (allowed > number, unchanged) == (True, most)


def test_a_process_that_is_allowed_more_files_keeps_them(limits):
    assert allow_connections() == allow_connections()
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= limits[0]


def test_so_many_connections_that_do_nothing_keep_nobody_out(own_settings, limits):  # noqa: ARG001
    allow_connections()
    port = find_free_port()
    server = Server("API", "asgi", "asgi:app", host="127.0.0.1", port=port, path="/livez")
    server.start(format_environment(own_settings), workers=1, threads=None)
    try:
        server.wait_until_it_answers()
        with ExitStack() as stack:
            for _ in range(IDLE):
                stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
            assert httpx.get(f"http://127.0.0.1:{port}/livez").status_code == 200
    finally:
        server.ask_to_stop()
        server.stop(time.monotonic() + 10)
