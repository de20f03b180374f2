"""Somebody's turn at a batch: chunk after chunk, past those with a task that others hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Row

from dashboard.bulk.transactions import begin_chunk
from dashboard.desk import Desk
from vision_tasks.batch_entries import insert_joining
from vision_tasks.batches import Batch
from vision_tasks.chunk_queries import take_chunk

PASSING_SECONDS = 0.25
"""How long a chunk waits for a task that somebody holds, while there may be others to be done."""


@dataclass
class Turn:
    """Takes chunks with a higher number than `after`; `number` is that of the last one."""

    desk: Desk
    batch: Batch
    lock_seconds: float = PASSING_SECONDS
    after: int = -1
    number: int | None = None
    _is_told: bool = False

    @property
    def has_passed_over(self) -> bool:
        """Whether chunks are left to others for now."""
        return self.after >= 0

    @contextmanager
    def take(self) -> Iterator[tuple[Connection, Row[int, int] | None]]:
        """Open a transaction with a chunk that it took, if one is free; raises as `begin_chunk`.

        The history says who goes on with a batch of others as soon as one is done.
        """
        self.number = None
        with begin_chunk(self.desk, self.batch, lock_seconds=self.lock_seconds) as connection:
            statement = take_chunk(self.batch, after=self.after)
            chunk = connection.execute(statement).one_or_none()
            if chunk is not None:
                self.number = chunk.number
                if not self._is_told:
                    connection.execute(insert_joining(self.batch))
            yield connection, chunk
        self._is_told = self._is_told or self.number is not None
