"""The tasks of a body, read on and judged batch by batch as somebody asks for them."""

import asyncio
from collections.abc import Iterator

from api.bulk.batches import Batch, judge_quickly, judge_slowly
from api.bulk.body import Body
from api.bulk.ids import NewIds
from api.bulk.pieces import Piece, Splitter, TooLong


class Intake:
    """Batches in the order of the body; `is_begun` tells that one is gone."""

    def __init__(self, body: Body, splitter: Splitter) -> None:
        self._body = body
        self._splitter = splitter
        self._new_ids = NewIds()
        self._pieces: Iterator[Piece | TooLong] = iter(())
        self._slow: Iterator[Batch] = iter(())
        self._next: Batch | None = None
        self._is_over = False
        self.is_begun = False

    async def peek(self) -> Batch | None:
        """Return the batch that comes next and leave it there; None at the end.

        Raises what Body and Splitter raise.
        """
        if self._next is None:
            self._next = await self._read()
        return self._next

    def take(self) -> None:
        """Take away what `peek` returned."""
        self._next = None
        self.is_begun = True

    async def _read(self) -> Batch | None:
        # Each is a moment of work, after which others get their turn.
        await asyncio.sleep(0)
        while (batch := next(self._slow, None)) is None:
            piece = await self._read_piece()
            if piece is None or (batch := judge_quickly(piece, self._new_ids)):
                break
            self._slow = judge_slowly(piece, self._new_ids)
        return batch

    async def _read_piece(self) -> Piece | TooLong | None:
        while (piece := next(self._pieces, None)) is None and not self._is_over:
            if data := await self._body.read():
                self._pieces = self._splitter.feed(data)
            else:
                self._is_over = True
                self._pieces = self._splitter.finish()
        return piece
