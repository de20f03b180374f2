"""The whole desk on this machine: what starts in which order, and how it stops."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import FrameType

from vision_tasks.config import Settings
from vision_tasks.embedded import EmbeddedPostgres
from vision_tasks.secret_key import get_secret_key
from vision_tasks.serving.database import check_database
from vision_tasks.serving.ports import check_host, reserve_port
from vision_tasks.serving.screen import format_screen
from vision_tasks.serving.server import Server
from vision_tasks.upgrade import upgrade_to_head

STOP_SECONDS = 4
WATCH_SECONDS = 0.5


@dataclass(frozen=True)
class ServeOptions:
    """Where to listen; `workers` is the number of API processes."""

    host: str = "127.0.0.1"
    api_port: int = 8000
    dashboard_port: int = 5000
    workers: int = 1


class _StopRequest(BaseException):
    """Ctrl-C or SIGTERM, wherever it finds us."""


def serve(settings: Settings, options: ServeOptions) -> None:
    """Run the desk until Ctrl-C or SIGTERM; everything it started has ended when it returns.

    Raises VisionTasksError where a port is taken, the database refuses, or a server ends.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(_stop_requests())
            _run(stack, settings, options)
        except _StopRequest:
            print("\nStopping …", flush=True)


def _run(stack: ExitStack, settings: Settings, options: ServeOptions) -> None:
    host = check_host(options.host)
    api = Server("API", "asgi", "asgi:app", host=host, port=options.api_port, path="/readyz")
    dashboard = Server(
        "dashboard", "wsgi", "wsgi:app", host=host, port=options.dashboard_port, path="/admin/"
    )
    stack.enter_context(reserve_port(host, options.api_port, "--api-port"))
    stack.enter_context(reserve_port(host, options.dashboard_port, "--dashboard-port"))
    if settings.uses_embedded:
        print(f"Starting {settings.database_place} …", flush=True)
        stack.enter_context(EmbeddedPostgres(settings.DATA_DIRECTORY))
    check_database(settings)
    upgrade_to_head(settings)
    get_secret_key(settings)

    stack.enter_context(_stopped_together(api, dashboard))
    environment = _format_environment(settings, host)
    api.start(environment, workers=options.workers, threads=None)
    dashboard.start(environment, workers=1, threads=settings.DATABASE_POOL_SIZE)
    api.wait_until_it_answers()
    dashboard.wait_until_it_answers()
    print(format_screen(settings, host, options.api_port, options.dashboard_port), flush=True)
    while True:
        time.sleep(WATCH_SECONDS)
        api.check()
        dashboard.check()


@contextmanager
def _stop_requests() -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        # One request is enough: a second Ctrl-C must not cut the clean stop short.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        raise _StopRequest

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _stopped_together(*servers: Server) -> Iterator[None]:
    try:
        yield
    finally:
        deadline = time.monotonic() + STOP_SECONDS
        for server in servers:
            server.ask_to_stop()
        for server in servers:
            server.stop(deadline)


def _format_environment(settings: Settings, host: str) -> dict[str, str]:
    # The servers read environment and .env themselves; only what the command line said is added.
    hosts = dict.fromkeys((*settings.TRUSTED_HOSTS, f"[{host}]" if ":" in host else host))
    return {
        **os.environ,
        "VISION_TASKS_DATA_DIR": str(settings.DATA_DIRECTORY),
        "TRUSTED_HOSTS": ",".join(hosts),
    }
