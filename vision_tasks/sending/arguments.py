"""The command line of `send`; what it needs is imported when it runs."""

import argparse
import logging
import math
from pathlib import Path

from vision_tasks.sending.statuses import EVERYTHING_SENT, INTERRUPTED, SOME_REJECTED, STOPPED

MAX_CHUNK_LINES = 100_000
MAX_GIVE_UP_SECONDS = 86_400

DESCRIPTION = """\
Send the file names on standard input to a desk, each as a new task:

  find . -name '*.png' -print0 | vision-tasks send -0 --url https://desk.example.org

The key comes from VISION_TASKS_KEY, --key-file or --key. A name is sent as it stands; for names
without their directory let find print them with -printf '%f\\n'.
"""

PROMISE = f"""\
resuming:
  Each run has a name, which is printed when it begins. When it was cut off, at whatever moment and
  on whichever side, run the same command over the same input with --resume NAME. Only what is
  missing is stored: a task's id is a hash of the name of the run, the file name, and how often
  that file name has come before. So the order may be another, and there may be new names; a
  file name that comes twice is two tasks. A line with an "id" of its own keeps it; where that is
  taken the line counts as there already in a run that is resumed or has a --name, else as
  rejected. What has left the input meanwhile stays a task, and a task deleted meanwhile may come
  back. Without --resume and --name the same names make new tasks.

exit status:
  {EVERYTHING_SENT:<4} every line is a task
  {STOPPED:<4} it could not go on, or not begin; standard error says why, and how to resume
  {SOME_REJECTED:<4} some lines were rejected, all others are tasks; or the command line is wrong
  {INTERRUPTED:<4} it was interrupted (Ctrl-C, SIGTERM)
"""


def define_send(command: argparse.ArgumentParser) -> None:
    """Add the options of `send` to its parser."""
    command.formatter_class = argparse.RawDescriptionHelpFormatter
    command.description, command.epilog = DESCRIPTION, PROMISE
    command.set_defaults(run=_run, log_level=logging.CRITICAL)
    _define_server(command)
    _define_input(command)
    command.add_argument(
        "--rejected",
        type=Path,
        metavar="FILE",
        help="write each rejected line to FILE as JSON (line, field, reason, input, or input_base64"
        " where that is not UTF-8); it is overwritten",
    )
    command.add_argument(
        "--chunk-lines",
        type=lambda text: int(_number(text, 1, MAX_CHUNK_LINES)),
        default=10_000,
        metavar="N",
        help="most lines in one request; about half as many are usual (default: 10000)",
    )


def _define_server(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--url", required=True, help="address of the API's server, such as https://desk.example.org"
    )
    command.add_argument(
        "--api-path",
        default="/api/v1",
        metavar="PATH",
        help="the server's API_V1_STR (default: /api/v1)",
    )
    key = command.add_mutually_exclusive_group()
    key.add_argument("--key", help="the key; every user of this machine can see it in ps")
    key.add_argument("--key-file", type=Path, metavar="FILE", help="file that holds the key")
    command.add_argument(
        "--insecure",
        action="store_true",
        help="send the key over http:// to another machine, readable by whoever is on the way",
    )
    command.add_argument(
        "--give-up-after",
        type=lambda text: _number(text, 0, MAX_GIVE_UP_SECONDS),
        default=300.0,
        metavar="SECONDS",
        help="how long to try again when the server is away or overloaded (default: 300)",
    )
    command.add_argument(
        "--gzip",
        action=argparse.BooleanOptionalAction,
        help="compress what is sent (default: except to this machine)",
    )


def _define_input(command: argparse.ArgumentParser) -> None:
    form = command.add_mutually_exclusive_group()
    form.add_argument(
        "-0", "--null", action="store_true", help="names end with NUL, as of find -print0"
    )
    form.add_argument(
        "--ndjson",
        action="store_true",
        help='each line is a JSON object with "filename" and perhaps "id" (a random UUID)',
    )
    run = command.add_mutually_exclusive_group()
    run.add_argument("--resume", metavar="NAME", help="go on with the run of this name")
    run.add_argument(
        "--name",
        help="a name of your own for the run, for scripts: the same name again resumes it, so it"
        " must be used for nothing else (ingest-2026-11-25, say)",
    )


def _run(options: argparse.Namespace) -> int:
    try:
        from vision_tasks.sending.command import send  # noqa: PLC0415

        return send(options)
    except KeyboardInterrupt:
        return INTERRUPTED


def _number(text: str, lowest: int, highest: int) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not lowest <= number <= highest:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from {lowest} to {highest}")
    return number
