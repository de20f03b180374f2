"""The `vision-tasks` command."""

import argparse
import io
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from vision_tasks.sending.arguments import define_send

if TYPE_CHECKING:
    from vision_tasks.config import Settings

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
    logging.basicConfig(stream=sys.stderr, level=options.log_level, format="%(message)s")
    command: Callable[[argparse.Namespace], int] = options.run
    try:
        return command(options)
    except KeyboardInterrupt:
        return 0


# What the commands need is imported in them, for it takes a while in which Ctrl-C shall be no
# traceback.


def _serve(options: argparse.Namespace) -> int:
    from vision_tasks.errors import VisionTasksError  # noqa: PLC0415
    from vision_tasks.serving import ServeOptions, serve  # noqa: PLC0415

    logging.getLogger("vision_tasks").setLevel(logging.INFO)
    try:
        serve(
            _load_settings(options),
            ServeOptions(
                host=options.host,
                api_port=options.api_port,
                dashboard_port=options.dashboard_port,
                workers=options.workers,
            ),
        )
    except VisionTasksError as exc:
        return _fail(str(exc))
    return 0


def _check_schema(options: argparse.Namespace) -> int:
    from vision_tasks.errors import VisionTasksError  # noqa: PLC0415
    from vision_tasks.revisions import get_code_revision  # noqa: PLC0415
    from vision_tasks.schema_check import find_drift  # noqa: PLC0415

    try:
        settings = _load_settings(options)
    except VisionTasksError as exc:
        return _fail(str(exc))
    try:
        differences = find_drift(settings)
        revision = get_code_revision()
    except VisionTasksError as exc:
        return _fail(f"{exc} ({settings.database_place})")
    for difference in differences:
        print(difference)
    if not differences:
        print(f"The schema is as revision {revision} makes it.")
    return 1 if differences else 0


def _load_settings(options: argparse.Namespace) -> "Settings":
    from vision_tasks.config import load_settings  # noqa: PLC0415

    return load_settings(**({"DATA_DIRECTORY": options.data_dir} if options.data_dir else {}))


def _fail(reason: str) -> int:
    print(f"vision-tasks: {reason}", file=sys.stderr)
    return 1


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="vision-tasks", description="A task desk over PostgreSQL for a vision pipeline."
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    _define_serve(
        commands.add_parser(
            "serve",
            help="run database, API and dashboard on this machine",
            description="Run the database (the embedded PostgreSQL unless one is configured), bring"
            " its schema up to date, serve API and dashboard until Ctrl-C.",
            formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        )
    )
    check = commands.add_parser(
        "check-schema",
        help="compare the database with this program",
        description="Compare what `flask db check` cannot see: enum labels, functions, triggers,"
        " legal moves, constraints, definitions of indexes, rules, traits of the table, the"
        " revision. Prints a line for each difference; exits 1 where there is one. Needs the right"
        " to make temporary tables.",
    )
    # What goes wrong is said once, on the command's own line.
    check.set_defaults(run=_check_schema, log_level=logging.CRITICAL)
    _add_data_directory(check)
    define_send(commands.add_parser("send", help="send file names to a desk, each as a new task"))
    return parser.parse_args(arguments)


def _define_serve(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=_serve, log_level=logging.WARNING)
    command.add_argument("--host", default=HOST, help="address to listen on; 0.0.0.0 or :: for all")
    command.add_argument("--api-port", type=_port, default=API_PORT, help="port of the API")
    command.add_argument(
        "--dashboard-port", type=_port, default=DASHBOARD_PORT, help="port of the dashboard"
    )
    command.add_argument("--workers", type=_workers, default=1, help="processes of the API")
    _add_data_directory(command)


def _add_data_directory(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--data-dir",
        type=lambda text: Path(text).expanduser().absolute(),
        help="home of the embedded PostgreSQL; wins over VISION_TASKS_DATA_DIR",
    )


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
