"""How often each file name has come so far, counted on disk so that memory stays flat."""

import sqlite3
from collections.abc import Sequence

from vision_tasks.sending.errors import SendingStoppedError

CACHE_KIBIBYTES = 8_192

_FIRST = "INSERT INTO names VALUES (?, 1)"
_AGAIN = f"{_FIRST} ON CONFLICT (digest) DO UPDATE SET times = times + 1 RETURNING times"


class Occurrences:
    """Counts in a temporary file, some 50 bytes for each file name, that vanishes by itself."""

    def __init__(self) -> None:
        # An empty path is a database that SQLite removes, and keeps in memory while it is small.
        self._database = sqlite3.connect("", check_same_thread=False)
        self._database.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute(
            "CREATE TABLE names (digest BLOB PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID"
        )

    def count(self, digests: Sequence[bytes]) -> list[int]:
        """Return for each, in turn, the how-manieth of its kind it is, from 1.

        Raises SendingStoppedError where the temporary file cannot be written.
        """
        try:
            return self._count(digests)
        except sqlite3.OperationalError as exc:
            raise SendingStoppedError(
                f"The temporary file of names cannot be written ({exc}); set TMPDIR to a place"
                " with room."
            ) from exc

    def _count(self, digests: Sequence[bytes]) -> list[int]:
        try:
            # As a rule all are new, which is three times as quick to find out like this.
            with self._database as database:
                database.executemany(_FIRST, ((digest,) for digest in sorted(digests)))
        except sqlite3.IntegrityError:
            with self._database as database:
                return [database.execute(_AGAIN, (digest,)).fetchone()[0] for digest in digests]
        return [1] * len(digests)
