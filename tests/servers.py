"""Our two servers as separate processes, spoken to over real HTTP."""

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx

from tests import warm
from vision_tasks.config import Settings

START_SECONDS = 30


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def format_environment(settings: Settings) -> dict[str, str]:
    """The environment of a child process that shall have these settings."""
    chosen = {
        name: value.get_secret_value() if hasattr(value, "get_secret_value") else str(value)
        for name in settings.model_fields_set
        if (value := getattr(settings, name)) is not None
    }
    chosen["VISION_TASKS_DATA_DIR"] = chosen.pop("DATA_DIRECTORY", str(settings.DATA_DIRECTORY))
    return {**os.environ, **chosen}


@contextmanager
def serve_api(settings: Settings) -> Iterator[str]:
    """Run the API as one granian process; yields its base URL."""
    with serve_api_process(settings) as (url, _):
        yield url


@contextmanager
def serve_api_process(settings: Settings) -> Iterator[tuple[str, BaseProcess]]:
    """Run the API as one granian process with one worker; yields its base URL and itself."""
    with _serve(settings, "asgi", "asgi:app", "/livez") as served:
        yield served


@contextmanager
def serve_dashboard(settings: Settings) -> Iterator[str]:
    """Run the dashboard as one granian process; yields its base URL."""
    with serve_dashboard_process(settings) as (url, _):
        yield url


@contextmanager
def serve_dashboard_process(settings: Settings) -> Iterator[tuple[str, BaseProcess]]:
    """Run the dashboard as one granian process with one worker; yields its base URL and itself."""
    with _serve(settings, "wsgi", "wsgi:app", "/admin/") as served:
        yield served


@contextmanager
def _serve(
    settings: Settings, interface: str, target: str, path: str
) -> Iterator[tuple[str, BaseProcess]]:
    port = find_free_port()
    url = f"http://127.0.0.1:{port}"
    command = ["granian", "--interface", interface, "--port", str(port)]
    if interface == "wsgi":
        command += ["--blocking-threads", "8"]
    process = warm.start(
        *command, target, directory=Path.cwd(), environment=format_environment(settings)
    )
    try:
        wait_until_answers(url + path, lambda: process.exitcode)
        yield url, process
    finally:
        process.terminate()
        process.join(START_SECONDS)
        # Raises ValueError if it is running still.
        process.close()


def wait_until_answers(url: str, get_status: Callable[[], int | None]) -> None:
    """Return when `url` answers; `get_status` tells how the server ended, if it has."""
    deadline = time.monotonic() + START_SECONDS
    # Without certificate authorities, which take longer to read than the server to answer.
    with httpx.Client(verify=False) as client:
        while time.monotonic() < deadline:
            if (status := get_status()) is not None:
                raise RuntimeError(f"the server ended with {status}")
            try:
                client.get(url)
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
    raise TimeoutError(url)
