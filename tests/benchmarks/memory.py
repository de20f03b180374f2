"""What the processes of our servers hold while something goes on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

SAMPLE_SECONDS = 0.01


@contextmanager
def watch_memory() -> Iterator[dict[str, int]]:
    """Measure their bytes, `first` and `most`, until the block ends."""
    servers = [
        process
        for process in psutil.Process().children(recursive=True)
        if "granian" in " ".join(process.cmdline())
    ]

    def measure() -> int:
        return sum(process.memory_info().rss for process in servers)

    memory, ended = {"first": measure(), "most": measure()}, threading.Event()

    def sample() -> None:
        while not ended.wait(SAMPLE_SECONDS):
            memory["most"] = max(memory["most"], measure())

    sampler = threading.Thread(target=sample)
    sampler.start()
    try:
        yield memory
    finally:
        ended.set()
        sampler.join()
