"""Our two servers as separate processes, spoken to over real HTTP."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

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
def serve_api_process(settings: Settings) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run the API as one granian process with one worker; yields its base URL and itself."""
    with _serve(settings, "asgi", "asgi:app", "/livez") as served:
        yield served


@contextmanager
def serve_dashboard(settings: Settings) -> Iterator[str]:
    """Run the dashboard as one granian process; yields its base URL."""
    with _serve(settings, "wsgi", "wsgi:app", "/admin/") as (url, _):
        yield url


@contextmanager
def _serve(
    settings: Settings, interface: str, target: str, path: str
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    port = find_free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "granian", "--interface", interface, "--port", str(port)]
    if interface == "wsgi":
        command += ["--blocking-threads", "8"]
    process = subprocess.Popen([*command, target], env=format_environment(settings))
    try:
        wait_until_answers(url + path, process)
        yield url, process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(START_SECONDS)


def wait_until_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            httpx.get(url)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(url)
