"""The log of the embedded server, kept within bounds."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MAX_LOG_BYTES = 10 * 1024 * 1024
_TAIL_BYTES = 64 * 1024
_SEVERITIES = ("FATAL:", "PANIC:", "initdb: error:")
_DISK_FULL = "No space left on device"


class ServerLog:
    """What PostgreSQL and its tools say, from this start on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._start_bytes = 0

    @contextmanager
    def open(self) -> Iterator[int]:
        """Give a descriptor that appends; an overlong log is set aside as `.1` first."""
        if self._size() > MAX_LOG_BYTES:
            self.path.replace(self.path.with_name(f"{self.path.name}.1"))
        self._start_bytes = self._size()
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(self.path, flags, 0o600)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def contains(self, text: str) -> bool:
        """Whether the log of this start has `text`."""
        return any(text in line for line in self._lines())

    def get_last_words(self) -> str:
        """Return what the last fatal line of this start says, or its last line if none does."""
        lines = self._lines()
        # A full disk also makes later lines fatal, and those say nothing of it.
        if any(_DISK_FULL in line for line in lines):
            return _DISK_FULL
        for line in reversed(lines):
            for severity in _SEVERITIES:
                if severity in line:
                    return line[line.index(severity) :]
        return lines[-1] if lines else "it ended without a word"

    def _lines(self) -> list[str]:
        if not self.path.exists():
            return []
        with self.path.open("rb") as file:
            file.seek(max(self._start_bytes, self._size() - _TAIL_BYTES))
            text = file.read().decode(errors="replace")
        return [line.strip() for line in text.splitlines() if line.strip()]

    def _size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0
