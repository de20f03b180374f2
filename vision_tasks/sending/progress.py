"""A line on the terminal that says how far a run has come."""

import os
import shutil
import stat
import time
from collections import deque
from typing import TextIO

MESSAGE_MAX_CHARACTERS = 1_000

_REDRAW_SECONDS = 0.1
_RATE_MOMENTS = 50
_BAR_CHARACTERS = 20


class Progress:
    """Messages on `stream`, and below them, on a terminal only, the line that moves.

    `total_bytes` is how long the input is, None where nobody knows, as with a pipe.
    """

    def __init__(self, stream: TextIO, total_bytes: int | None) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._total_bytes = total_bytes
        self._moments = deque([(time.monotonic(), 0)], maxlen=_RATE_MOMENTS)
        self._drawn = ""

    def say(self, message: str) -> None:
        """Print a message on a line of its own; what could steer a terminal is replaced."""
        drawn = self._drawn
        self._draw("")
        shown = "".join(
            character if character.isprintable() else "\ufffd"
            for character in message[:MESSAGE_MAX_CHARACTERS]
        )
        print(shown, file=self._stream, flush=True)
        self._draw(drawn)

    def show(self, done: int, rejected: int, bytes_read: int) -> None:
        """Move on: so many lines are done, so many of them rejected, so much of the input read."""
        now = time.monotonic()
        if not self._is_terminal or (self._drawn and now - self._moments[-1][0] < _REDRAW_SECONDS):
            return
        begun_at, before = self._moments[0]
        rate = (done - before) / max(now - begun_at, _REDRAW_SECONDS)
        self._moments.append((now, done))
        self._draw(
            f"{self._format_bar(bytes_read)}{done:,} sent, {rate:,.0f}/s, {rejected:,} rejected"
        )

    def clear(self) -> None:
        """Take the moving line away."""
        self._draw("")

    def _format_bar(self, bytes_read: int) -> str:
        if not self._total_bytes:
            return ""
        part = min(1.0, bytes_read / self._total_bytes)
        return f"[{'#' * int(part * _BAR_CHARACTERS):{_BAR_CHARACTERS}}] {part:4.0%}  "

    def _draw(self, text: str) -> None:
        if not self._is_terminal or text == self._drawn:
            return
        # A line that wraps could not be taken back.
        text = text[: shutil.get_terminal_size().columns - 1]
        gap = " " * max(0, len(self._drawn) - len(text))
        self._stream.write(f"\r{text}{gap}\r" if not text else f"\r{text}{gap}")
        self._stream.flush()
        self._drawn = text


def fetch_input_bytes(descriptor: int) -> int | None:
    """Return how much is left to read of a plain file; None for all else."""
    try:
        found = os.fstat(descriptor)
        if stat.S_ISREG(found.st_mode):
            return found.st_size - os.lseek(descriptor, 0, os.SEEK_CUR)
    except OSError:
        # Whoever reads it will say so.
        return None
    return None
