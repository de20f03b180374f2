"""What a run tells: numbers, the lines that were rejected, a line that moves on a terminal."""

import base64
from dataclasses import dataclass
from typing import BinaryIO

import msgspec

from vision_tasks.sending.entries import Rejection
from vision_tasks.sending.errors import SendingStoppedError
from vision_tasks.sending.progress import Progress

SHOWN_REJECTIONS = 100


@dataclass
class Counts:
    """Lines by what became of them."""

    stored: int = 0
    there_already: int = 0
    rejected: int = 0

    @property
    def done(self) -> int:
        """All lines that were dealt with."""
        return self.stored + self.there_already + self.rejected


class Report:
    """Counts lines, shows the first SHOWN_REJECTIONS rejections, writes all of them to `file`."""

    def __init__(self, progress: Progress, file: BinaryIO | None) -> None:
        self.counts = Counts()
        self.progress = progress
        self._file = file

    def reject(self, rejection: Rejection) -> None:
        """Note a line that became no task."""
        self.counts.rejected += 1
        if self.counts.rejected <= SHOWN_REJECTIONS:
            number = rejection.line.number
            self.progress.say(f"line {number}: {rejection.field} {rejection.reason}")
        elif self.counts.rejected == SHOWN_REJECTIONS + 1:
            where = "are in the file of --rejected" if self._file else "are only counted"
            self.progress.say(f"Further rejected lines {where}.")
        if self._file:
            self._write(self._file, _format(rejection))

    def settle(self, bytes_read: int) -> None:
        """Note that all lines of a chunk are dealt with, and that it ended there in the input."""
        if self._file:
            self._write(self._file, b"", flush=True)
        counts = self.counts
        self.progress.show(counts.done, counts.rejected, bytes_read)

    def format_end(self) -> str:
        """Say what became of all lines so far."""
        counts = self.counts
        parts = [f"{counts.stored:,} stored"]
        if counts.there_already:
            parts.append(f"{counts.there_already:,} there already")
        parts.append(f"{counts.rejected:,} rejected")
        lines = "1 line" if counts.done == 1 else f"{counts.done:,} lines"
        return f"{lines}: {', '.join(parts)}"

    def _write(self, file: BinaryIO, data: bytes, *, flush: bool = False) -> None:
        try:
            file.write(data)
            if flush:
                file.flush()
        except OSError as exc:
            raise SendingStoppedError(
                f"The file of --rejected cannot be written ({exc.strerror})."
            ) from exc


def _format(rejection: Rejection) -> bytes:
    known = {
        "line": rejection.line.number,
        "field": rejection.field,
        "reason": rejection.reason,
    }
    return msgspec.json.encode(known | _format_source(rejection.line.source)) + b"\n"


def _format_source(source: bytes | None) -> dict[str, str]:
    if source is None:
        return {}
    try:
        return {"input": source.decode()}
    except UnicodeDecodeError:
        return {"input_base64": base64.b64encode(source).decode()}
