"""One export: read in a transaction of its own, handed on as it is read, recorded at its end."""

import logging
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Any

from sqlalchemy import Connection, Insert, Result, select

from dashboard.desk import Desk
from dashboard.errors import ExportsBusyError
from dashboard.exporting.formats import Format, Writer, make_writer
from dashboard.problems import FAILURES
from vision_tasks.attribution import Attribution, select_attribution, set_locally
from vision_tasks.history import insert_entry
from vision_tasks.models import TaskChange
from vision_tasks.queries import select_export
from vision_tasks.records import TaskFilter, TaskRecord

ROWS = 25
"""How many tasks are in memory at once; what that comes to depends on their results."""
PIECE_BYTES = 65_536
"""The length of a piece, or that of one task if it is longer."""
STALL_SECONDS = 120
"""How long one piece may take to download before the database is held up no longer."""
ACTION = "export"

_logger = logging.getLogger(__name__)


@dataclass
class Export:
    """What somebody asked for, and how many tasks were handed on.

    `filters` are as they were written, for the history. `slots` bounds how many run at once.
    """

    desk: Desk
    slots: BoundedSemaphore
    task_filter: TaskFilter
    filters: dict[str, str]
    chosen: Format
    sent: int = 0
    _actor: str | None = None
    _is_recorded: bool = False
    _is_abandoned: bool = False

    def start(self) -> Generator[bytes]:
        """Begin to read, and return the pieces of the file, which must be taken or closed.

        Raises what the database or the history refuses, before anything was handed on. Where
        the database fails later, the last piece says so: not every server can break off.
        """
        pieces = self._run()
        next(pieces)
        return pieces

    def _run(self) -> Generator[bytes]:
        if not self.slots.acquire(blocking=False):
            raise ExportsBusyError
        try:
            yield from self._hand_on()
        except FAILURES as exc:
            if self._actor is None:
                raise
            _logger.warning("An export stopped after %d tasks: %s", self.sent, type(exc).__name__)
            if not self._is_abandoned:
                yield make_writer(self.chosen).write_end(_explain(self.sent)).encode()
        finally:
            if self._actor is not None and not self._is_recorded:
                self._record_apart(self._actor)
            self.slots.release()

    def _hand_on(self) -> Generator[bytes]:
        piece, count = b"", 0
        with self.desk.begin(action=ACTION) as connection:
            actor = self._try_to_record(connection)
            result = connection.execute(
                select_export(self.task_filter), execution_options={"stream_results": True}
            )
            self._actor = actor
            try:
                # Nothing yet: whoever started has seen by now that it can be done.
                yield b""
                for following in _cut(result, make_writer(self.chosen)):
                    if piece:
                        self.sent += count
                        yield piece
                    piece, count = following
            except GeneratorExit:
                self._is_abandoned = True
                result.close()
                connection.execute(self._format_entry(self.sent, is_complete=False))
            else:
                connection.execute(self._format_entry(self.sent + count, is_complete=True))
        self._is_recorded = True
        if not self._is_abandoned:
            # Held back until the entry is stored, so that no whole export is unrecorded.
            self.sent += count
            yield piece

    def _try_to_record(self, connection: Connection) -> str:
        stall = {"idle_in_transaction_session_timeout": str(STALL_SECONDS * 1000)}
        connection.execute(select(*set_locally(stall)))
        with connection.begin_nested() as attempt:
            entry = self._format_entry(0, is_complete=False).returning(TaskChange.actor)
            actor: str = connection.execute(entry).scalar_one()
            attempt.rollback()
        return actor

    def _record_apart(self, actor: str) -> None:
        try:
            with self.desk.begin(action=ACTION) as connection:
                # The request that this began with is over, and with it who sent it.
                connection.execute(select_attribution(Attribution(actor)))
                connection.execute(self._format_entry(self.sent, is_complete=False))
        except FAILURES as exc:
            _logger.error(  # noqa: TRY400
                "The history lacks an export of %d tasks by %s, stopped early: %s",
                self.sent,
                actor,
                type(exc).__name__,
            )

    def _format_entry(self, tasks: int, *, is_complete: bool) -> Insert:
        about: dict[str, Any] = {
            "filter": self.filters,
            "format": self.chosen.value,
            "complete": is_complete,
        }
        return insert_entry(ACTION, after=about, tasks=tasks)


def _cut(result: Result[Any], writer: Writer) -> Generator[tuple[bytes, int]]:
    parts, size, count = [writer.head.encode()], 0, 0
    for row in _read(result):
        parts.append(writer.write(TaskRecord(*row)).encode())
        size, count = size + len(parts[-1]), count + 1
        if size >= PIECE_BYTES:
            yield b"".join(parts), count
            parts, size, count = [], 0, 0
    yield b"".join(parts), count


def _read(result: Result[Any]) -> Iterator[Sequence[Any]]:
    for rows in result.partitions(ROWS):
        yield from rows


def _explain(sent: int) -> str:
    return (
        f"This export stopped after {sent:,} tasks because the database did. It is not complete:"
        " export again."
    )
