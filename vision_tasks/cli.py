"""The `vision-tasks` command."""

import argparse
import io
import logging
import sys
from pathlib import Path

HOST = "127.0.0.1"
API_PORT = 8000
DASHBOARD_PORT = 5000
MAX_WORKERS = 64


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status, 1 after one line that says what was wrong."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    options = _parse(arguments)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    logging.getLogger("vision_tasks").setLevel(logging.INFO)
    try:
        return _serve(options)
    except KeyboardInterrupt:
        return 0


def _serve(options: argparse.Namespace) -> int:
    # Imported here, for it takes a while in which Ctrl-C shall be no traceback.
    from vision_tasks.config import load_settings  # noqa: PLC0415
    from vision_tasks.errors import VisionTasksError  # noqa: PLC0415
    from vision_tasks.serving import ServeOptions, serve  # noqa: PLC0415

    try:
        overrides = {"DATA_DIRECTORY": options.data_dir} if options.data_dir else {}
        serve(
            load_settings(**overrides),
            ServeOptions(
                host=options.host,
                api_port=options.api_port,
                dashboard_port=options.dashboard_port,
                workers=options.workers,
            ),
        )
    except VisionTasksError as exc:
        print(f"vision-tasks: {exc}", file=sys.stderr)
        return 1
    return 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="vision-tasks", description="A task desk over PostgreSQL for a vision pipeline."
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    command = commands.add_parser(
        "serve",
        help="run database, API and dashboard on this machine",
        description="Run the database (the embedded PostgreSQL unless one is configured), bring"
        " its schema up to date, serve API and dashboard until Ctrl-C.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    command.add_argument("--host", default=HOST, help="loopback address to listen on")
    command.add_argument("--api-port", type=_port, default=API_PORT, help="port of the API")
    command.add_argument(
        "--dashboard-port", type=_port, default=DASHBOARD_PORT, help="port of the dashboard"
    )
    command.add_argument("--workers", type=_workers, default=1, help="processes of the API")
    command.add_argument(
        "--data-dir",
        type=lambda text: Path(text).expanduser().absolute(),
        help="home of the embedded PostgreSQL; wins over VISION_TASKS_DATA_DIR",
    )
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    return _whole_number(text, 1, 65535)


def _workers(text: str) -> int:
    return _whole_number(text, 1, MAX_WORKERS)


def _whole_number(text: str, lowest: int, highest: int) -> int:
    if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= highest:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number {lowest} to {highest}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
