from collections.abc import Iterator

import pytest

from vision_tasks.sending.chunks import Chunk
from vision_tasks.sending.errors import SendingStoppedError
from vision_tasks.sending.reading import AHEAD_CHUNKS, read_ahead


class Source:
    """Makes chunks, each of which knows its number by `bytes_read`, and counts them."""

    def __init__(self) -> None:
        self.made = 0

    def make(self, number: int) -> Iterator[Chunk]:
        for _ in range(number):
            self.made += 1
            yield Chunk(bytes_read=self.made)


def test_chunks_come_in_their_order() -> None:
    assert [chunk.bytes_read for chunk in read_ahead(Source().make(50))] == list(range(1, 51))


def test_no_more_is_read_than_a_little_ahead() -> None:
    source = Source()
    # One is in the hands of the reader, one in those of whoever sends.
    ahead = [source.made - chunk.bytes_read for chunk in read_ahead(source.make(20_000))]
    assert 0 < max(ahead) <= AHEAD_CHUNKS + 1


def test_what_goes_wrong_in_reading_is_told_after_what_was_read() -> None:
    def fail() -> Iterator[Chunk]:
        yield Chunk()
        raise SendingStoppedError("why")

    chunks = read_ahead(fail())
    assert next(chunks) == Chunk()
    with pytest.raises(SendingStoppedError, match="why"):
        next(chunks)
