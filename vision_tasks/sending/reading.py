"""Reading ahead while a chunk is under way to the server."""

import threading
from collections.abc import Iterable, Iterator
from queue import Queue

from vision_tasks.sending.chunks import Chunk

AHEAD_CHUNKS = 3


def read_ahead(chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """Yield `chunks`, which a thread makes up to AHEAD_CHUNKS ahead; raises what it raises.

    Nothing waits for the thread: it may be reading a pipe that says nothing for a long time.
    """
    made: Queue[Chunk | BaseException | None] = Queue(AHEAD_CHUNKS)

    def make() -> None:
        try:
            for chunk in chunks:
                made.put(chunk)
        except BaseException as exc:  # noqa: BLE001
            made.put(exc)
        else:
            made.put(None)

    threading.Thread(target=make, name="reading", daemon=True).start()
    while chunk := made.get():
        if isinstance(chunk, BaseException):
            raise chunk
        yield chunk
