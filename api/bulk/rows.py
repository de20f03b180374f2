"""Batches as rows of COPY's text format.

https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-TEXT-FORMAT
"""

from collections.abc import Callable, Iterable

from api.bulk.batches import Batch
from api.bulk.intake import Intake
from api.bulk.report import Report

Format = Callable[[Batch], bytes]

TASK_COLUMNS = ("id", "filename")
STAGED_COLUMNS = ("line", *TASK_COLUMNS)


class SpoiltError(Exception):
    """There is a bad line, so nothing is to be stored."""


class Rows:
    """The good lines of an intake, each batch noted in a report when it is given out.

    Where `stops_at_ids`, they end before the first batch with ids of the client's. Raises
    SpoiltError where a bad line spoils all.
    """

    def __init__(
        self, intake: Intake, report: Report, write: Format, *, stops_at_ids: bool
    ) -> None:
        self._intake = intake
        self._report = report
        self._write = write
        self._stops_at_ids = stops_at_ids

    def __aiter__(self) -> "Rows":
        return self

    async def __anext__(self) -> bytes:
        while (batch := await self._intake.peek()) is not None:
            if self._stops_at_ids and batch.has_given_ids:
                break
            self._intake.take()
            self._report.note(batch)
            if self._report.is_spoilt:
                raise SpoiltError
            if batch.filenames:
                return self._write(batch)
        raise StopAsyncIteration


def write_tasks(batch: Batch) -> bytes:
    """Write the rows of TASK_COLUMNS."""
    return _write(map("\t".join, zip(batch.ids, batch.filenames, strict=True)))


def write_staged(batch: Batch) -> bytes:
    """Write the rows of STAGED_COLUMNS."""
    columns = zip(map(str, batch.lines), batch.ids, batch.filenames, strict=True)
    return _write(map("\t".join, columns))


def _write(rows: Iterable[str]) -> bytes:
    # Of what has a meaning in this format, a filename can only hold the backslash.
    return ("\n".join([*rows, ""])).replace("\\", "\\\\").encode()
