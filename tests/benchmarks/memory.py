"""What a server holds while something goes on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

SAMPLE_SECONDS = 0.01


@contextmanager
def watch_memory(pid: int | None) -> Iterator[dict[str, int]]:
    """Measure the bytes of a process and its children, `first` and `most`, until the block ends."""
    server = psutil.Process(pid)
    processes = [server, *server.children(recursive=True)]

    def measure() -> int:
        return sum(process.memory_info().rss for process in processes)

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
