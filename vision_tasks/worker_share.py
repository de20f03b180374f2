"""The share of one worker process in the directory of its server."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

from vision_tasks.embedded.locks import FileLock

FILE_BYTES = 1 << 20
"""Room that is taken at once; a file that grew on a full disk would be the end of its process."""

_PREFIX = "worker-"
_LOCKED = "counter"


class WorkerShare:
    """The files of one worker among those of all.

    A worker takes the lowest number that no living one has, and so counts on where a dead one
    stopped: there are never more files than there were workers at a time. Raises OSError.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        for number in count():
            self._name = f"{_PREFIX}{number}"
            # Held as long as the process lives, whatever ends it.
            self._lock = FileLock(_get_lock_path(directory, self._name))
            if _take(self._lock):
                break
        for gauges in directory.glob(f"gauge_*_{self._name}.db"):
            gauges.unlink()

    def open_file(self, kind: str) -> Path:
        """Return the file of a kind of numbers, with room in it."""
        path = self._directory / f"{kind}_{self._name}.db"
        with path.open("ab") as file:
            file.write(bytes(max(0, FILE_BYTES - file.tell())))
        return path

    def find_files(self) -> list[Path]:
        """List the files of all workers; of the dead ones what counts on, but no gauges."""
        living = set(self.find_living())
        return [
            path
            for path in sorted(self._directory.glob(f"*_{_PREFIX}*.db"))
            if not path.name.startswith("gauge_") or path.stem.rpartition("_")[2] in living
            if path.stat().st_size
        ]

    def find_living(self) -> Iterator[str]:
        """Name the workers that live, this one included."""
        return _find_living(self._directory)


def is_in_use(directory: Path) -> bool:
    """Tell whether a worker that lives has its share in `directory`."""
    return any(_find_living(directory))


def _get_lock_path(directory: Path, name: str) -> Path:
    return directory / f"{_LOCKED}_{name}.db"


def _take(lock: FileLock) -> bool:
    # Who only looks whether it is free shares it, for a moment.
    while not lock.try_exclusive():
        if not lock.try_shared():
            return False
    return True


def _find_living(directory: Path) -> Iterator[str]:
    for path in directory.glob(f"{_LOCKED}_{_PREFIX}*.db"):
        probe = FileLock(path)
        if probe.try_shared():
            probe.free()
        else:
            yield path.stem.rpartition("_")[2]
