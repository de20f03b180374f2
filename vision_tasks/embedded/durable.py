"""Files and names that survive a power cut once written."""

import os
from pathlib import Path


def write_private_file(path: Path, text: str) -> None:
    """Replace `path` by a file that only its owner reads, wholly or not at all."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    rename(unfinished, path)


def rename(source: Path, target: Path) -> None:
    """Rename within one directory, and have the disk know it."""
    source.rename(target)
    synchronise(target.parent)


def synchronise(path: Path) -> None:
    """Have the disk know the content of a file, or the names in a directory."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
