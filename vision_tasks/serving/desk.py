"""The whole desk on this machine: what starts in which order, and how it stops."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

from vision_tasks.config import Settings
from vision_tasks.embedded import EmbeddedPostgres
from vision_tasks.errors import ConfigurationError
from vision_tasks.secret_key import get_secret_key
from vision_tasks.serving.database import check_database
from vision_tasks.serving.first_admin import admit_somebody
from vision_tasks.serving.first_key import provide_key
from vision_tasks.serving.interrupts import StopRequest, StopRequests
from vision_tasks.serving.listening import Listening
from vision_tasks.serving.ports import reserve_port
from vision_tasks.serving.screen import format_screen
from vision_tasks.serving.server import Server
from vision_tasks.upgrade import upgrade_to_head

STOP_SECONDS = 4
WATCH_SECONDS = 0.5


@dataclass(frozen=True)
class ServeOptions:
    """Where to listen; `workers` is the number of API processes."""

    host: str
    api_port: int
    dashboard_port: int
    workers: int


def serve(settings: Settings, options: ServeOptions) -> None:
    """Run the desk until Ctrl-C or SIGTERM; everything it started has ended when it returns.

    Raises VisionTasksError where a port is taken, the database refuses, or a server ends.
    """
    requests = StopRequests()
    with requests.listen():
        try:
            with ExitStack() as stack:
                try:
                    _run(stack, settings, options, requests)
                finally:
                    requests.note_only()
        except StopRequest:
            pass
        except Exception:
            # What a request interrupted may have failed in its own words.
            if not requests.is_pending:
                raise
        with suppress(OSError):  # the terminal may be gone
            print("\nStopped.", flush=True)


def _run(
    stack: ExitStack, settings: Settings, options: ServeOptions, requests: StopRequests
) -> None:
    listening = Listening.find(settings, options.host)
    host = str(listening.address)
    if options.api_port == options.dashboard_port:
        raise ConfigurationError(
            f"API and dashboard cannot share port {options.api_port}."
            " Choose another with --api-port or --dashboard-port."
        )
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
    environment = _format_environment(settings, listening)
    api.start(environment, workers=options.workers, threads=None)
    dashboard.start(environment, workers=1, threads=settings.DATABASE_POOL_SIZE)
    api.wait_until_it_answers()
    dashboard.wait_until_it_answers()
    # Last of all, for a start that fails would take the password and the key with it.
    admission, key = admit_somebody(settings), provide_key(settings)
    ports = (options.api_port, options.dashboard_port)
    screen = format_screen(settings, listening, *ports, admission=admission, key=key)
    print(screen, flush=True)
    while True:
        requests.check()
        time.sleep(WATCH_SECONDS)
        api.check()
        dashboard.check()


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


def _format_environment(settings: Settings, listening: Listening) -> dict[str, str]:
    # The servers read environment and .env themselves; only what the command line said is added.
    return {
        **os.environ,
        "VISION_TASKS_DATA_DIR": str(settings.DATA_DIRECTORY),
        "TRUSTED_HOSTS": ",".join(listening.hosts),
    }
