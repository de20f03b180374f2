"""The `send` command, from its options to its exit status."""

import argparse
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from vision_tasks.errors import ConfigurationError
from vision_tasks.sending.chunks import Chunks
from vision_tasks.sending.connection import Connection
from vision_tasks.sending.delivery import Delivery
from vision_tasks.sending.errors import SendingStoppedError
from vision_tasks.sending.lines import read_lines
from vision_tasks.sending.occurrences import Occurrences
from vision_tasks.sending.progress import Progress, fetch_input_bytes
from vision_tasks.sending.reading import read_ahead
from vision_tasks.sending.report import Report
from vision_tasks.sending.runs import Identities, Run, choose_run
from vision_tasks.sending.statuses import EVERYTHING_SENT, INTERRUPTED, SOME_REJECTED, STOPPED
from vision_tasks.sending.target import parse_target, read_key

STANDARD_INPUT = 0


def send(options: argparse.Namespace) -> int:
    """Send standard input; returns the exit status, after what there is to say about it."""
    progress = Progress(sys.stderr, fetch_input_bytes(STANDARD_INPUT))
    try:
        run = choose_run(options.resume, options.name)
        target = parse_target(options.url, options.api_path, allow_http=options.insecure)
        connection = Connection(
            target,
            read_key(options.key, options.key_file),
            compress=not target.is_near if options.gzip is None else options.gzip,
        )
        with closing(connection), _open_rejected(options.rejected) as rejected:
            report = Report(progress, rejected)
            return _send(options, run, connection, report)
    except ConfigurationError as exc:
        progress.say(f"vision-tasks: {exc}")
        return STOPPED


def _send(options: argparse.Namespace, run: Run, connection: Connection, report: Report) -> int:
    # A polite kill is told how to go on as well.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    progress = report.progress
    progress.say(
        f"Run {run.name}. To resume it after a cut, run the same command over the same input"
        f" {run.advice}."
    )
    if os.isatty(STANDARD_INPUT):
        progress.say("Type the names, one on a line; Ctrl-D ends.")
    delivery = Delivery(
        connection, report, give_up_after=options.give_up_after, may_repeat=run.may_repeat
    )
    occurrences = Occurrences()
    chunks = Chunks(
        Identities(run), occurrences, is_ndjson=options.ndjson, max_lines=options.chunk_lines
    )
    lines = read_lines(STANDARD_INPUT, b"\0" if options.null else b"\n")
    try:
        for chunk in read_ahead(chunks.cut(lines)):
            for rejection in chunk.rejections:
                report.reject(rejection)
            delivery.deliver(chunk.entries)
            report.settle(chunk.bytes_read)
    except (SendingStoppedError, KeyboardInterrupt) as exc:
        is_interrupted = isinstance(exc, KeyboardInterrupt)
        progress.clear()
        progress.say(f"vision-tasks: {'Stopped.' if is_interrupted else exc}")
        progress.say(
            f"So far {report.format_end()}. To go on, run the same command over the same input"
            f" {run.advice}."
        )
        return INTERRUPTED if is_interrupted else STOPPED
    progress.clear()
    progress.say(f"Sent {report.format_end()}.")
    return SOME_REJECTED if report.counts.rejected else EVERYTHING_SENT


@contextmanager
def _open_rejected(path: Path | None) -> Iterator[BinaryIO | None]:
    if path is None:
        yield None
        return
    try:
        file = path.open("wb")
    except OSError as exc:
        raise ConfigurationError(f"--rejected cannot be written ({exc.strerror}).") from exc
    try:
        yield file
    finally:
        # What could not be written stopped the run, and has been told of.
        with suppress(OSError):
            file.close()
