"""Where the files of a run's PostgreSQL lie: in memory where there is plenty, else on disk."""

import os
import shutil
from pathlib import Path

import psutil

MEMORY = Path("/dev/shm")
NEEDED_BYTES = 8 * 2**30
"""Of memory that nobody uses; a worker takes one or two, and others start browsers meanwhile."""


def find_memory() -> Path | None:
    """Return a directory that is in memory and has the room; None where there is none."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK | os.X_OK):
        return None
    if os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        # The server may need a copy of its programs beside its data.
        return None
    free = min(shutil.disk_usage(MEMORY).free, psutil.virtual_memory().available)
    return MEMORY if free >= NEEDED_BYTES else None
