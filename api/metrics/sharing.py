"""Numbers that the other workers of a server can read."""

from typing import Any

from prometheus_client import values
from prometheus_client.metrics_core import Metric
from prometheus_client.mmap_dict import MmapedDict, mmap_key
from prometheus_client.multiprocess import MultiProcessCollector

from vision_tasks.worker_share import WorkerShare

KINDS = ("counter", "histogram", "gauge_livesum")
"""Of the numbers that there are, each in a file of its own."""


def keep_values() -> None:
    """Have the values of all metrics made from now on kept by this process alone.

    prometheus_client would share them wherever the environment names a directory.
    """
    values.ValueClass = values.MutexValue


def share_values(share: WorkerShare) -> None:
    """Have the values of all metrics made from now on written to the files of `share`.

    prometheus_client has a class for that, which names its files after the process: whoever
    replaces a worker would start further ones, and every page would read those of all the dead.
    It also asks for the process, and for a lock, on every count.
    """
    files: dict[str, MmapedDict] = {}

    def open_file(kind: str) -> MmapedDict:
        if kind not in files:
            files[kind] = MmapedDict(str(share.open_file(kind)))
        return files[kind]

    class SharedValue:
        """A number in a file of this worker, changed by the thread of the event loop alone."""

        _multiprocess = True

        def __init__(self, kind: str, *naming: Any, multiprocess_mode: str = "") -> None:
            self._file = open_file(f"{kind}_{multiprocess_mode}" if multiprocess_mode else kind)
            self._key = mmap_key(*naming)
            self._value: float = self._file.read_value(self._key)[0]

        def inc(self, amount: float) -> None:
            """Add to the number."""
            self._value += amount
            self._file.write_value(self._key, self._value, 0.0)

        def set(self, value: float, timestamp: float | None = None) -> None:
            """Replace the number."""
            self._value = value
            self._file.write_value(self._key, value, timestamp or 0.0)

        def get(self) -> float:
            """Return the number, as far as this worker counts it."""
            return self._value

    values.ValueClass = SharedValue


def read_values(share: WorkerShare) -> list[Metric]:
    """Add up the numbers of all workers."""
    merged: Any = MultiProcessCollector.merge([str(path) for path in share.find_files()])
    return sorted(merged, key=lambda metric: str(metric.name))
