"""The formats of an export: what PostgreSQL writes of them, and what is done to that."""

import json
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import Select

from dashboard.exporting.cells import write_cells
from dashboard.exporting.lines import write_lines
from vision_tasks.errors import InvalidFieldError
from vision_tasks.export_queries import CELL_OPTIONS, FIELD_OPTIONS, select_cells, select_fields
from vision_tasks.records import TaskFilter
from vision_tasks.sentences import sentence

COLUMNS = ("id", "status", "filename", "result", "version", "created_at", "updated_at")


class Format(StrEnum):
    """The formats by the ends of their file names."""

    CSV = "csv"
    JSON_LINES = "jsonl"


class Writer(Protocol):
    """Writes one format; `options` are those of the COPY of what `select` selects."""

    media_type: str
    head: bytes
    options: str

    def select(self, task_filter: TaskFilter) -> Select[Any]:
        """Select the tasks that a filter lets through."""
        ...

    def write(self, rows: list[bytes]) -> bytes:
        """Write tasks, of which COPY has written the rows."""
        ...

    def write_end(self, reason: str) -> bytes:
        """Write, after a whole task, why no more follow."""
        ...


class CsvWriter:
    """RFC 4180, with a mark of UTF-8, without which spreadsheets guess; formulas are made inert.

    A task without a result has an empty cell.
    """

    media_type = "text/csv; charset=utf-8; header=present"
    head = f"\ufeff{','.join(COLUMNS)}\r\n".encode()
    options = CELL_OPTIONS

    def select(self, task_filter: TaskFilter) -> Select[Any]:
        """Select cells."""
        return select_cells(task_filter)

    def write(self, rows: list[bytes]) -> bytes:
        """Write them so that no spreadsheet finds a formula."""
        return write_cells(rows)

    def write_end(self, reason: str) -> bytes:
        """Write a row of one cell."""
        cell = reason.replace('"', '""')
        return f'"{cell}"\r\n'.encode()


class JsonLinesWriter:
    """One JSON object a line; nothing is lost, no digit of a result and no kind of nothing.

    A task without a result has no key `result`; where that is the JSON null, it says null.
    """

    media_type = "application/x-ndjson"
    head = b""
    options = FIELD_OPTIONS

    def select(self, task_filter: TaskFilter) -> Select[Any]:
        """Select what is put into lines."""
        return select_fields(task_filter)

    def write(self, rows: list[bytes]) -> bytes:
        """Write them so that nothing is lost."""
        return write_lines(rows)

    def write_end(self, reason: str) -> bytes:
        """Write an object that no task looks like."""
        return json.dumps({"error": reason}, ensure_ascii=False).encode() + b"\n"


def read_format(text: str) -> Format:
    """Read what a person chose; raises InvalidFieldError."""
    try:
        return Format(text)
    except ValueError:
        raise InvalidFieldError(
            "format", sentence("is one of %(values)s.", values=", ".join(Format))
        ) from None


def make_writer(chosen: Format) -> Writer:
    """Make what writes the chosen format."""
    return CsvWriter() if chosen is Format.CSV else JsonLinesWriter()
