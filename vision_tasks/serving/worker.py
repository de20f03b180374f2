"""One granian server as a process of its own, which ends when the process that started it does."""

import argparse
import os
import signal
import threading
from contextlib import nullcontext
from importlib import import_module
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from vision_tasks.config import load_settings
from vision_tasks.embedded import EmbeddedPostgres
from vision_tasks.serving.connections import allow_connections
from vision_tasks.worker_directory import remove_worker_directory

WORKER_STOP_SECONDS = 3


def main() -> None:
    """Serve the target named on the command line until SIGTERM or the end of standard input."""
    parser = argparse.ArgumentParser()
    parser.add_argument("interface", choices=("asgi", "wsgi"))
    parser.add_argument("target")
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("--threads", type=int, default=None)
    options = parser.parse_args()
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    server = Granian(
        options.target,
        address=options.host,
        port=options.port,
        interface=Interfaces(options.interface),
        workers=options.workers,
        blocking_threads=options.threads,
        backpressure=allow_connections() if options.interface == "asgi" else None,
        workers_kill_timeout=WORKER_STOP_SECONDS,
        log_level=LogLevels.error,
        websockets=False,
    )
    settings = load_settings()
    database = (
        EmbeddedPostgres(settings.DATA_DIRECTORY) if settings.uses_embedded else nullcontext()
    )
    with remove_worker_directory(), database:
        # Held by this process, which sees its workers end: they may end without leaving.
        server.serve(target_loader=_load)


def _load(target: str) -> Any:
    # Granian's own loader puts the current directory first, where `api` may be something else.
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)


def _stop_with_parent() -> None:
    # The parent holds the other end of standard input; even kill -9 closes it.
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
