"""The formats of an export, each written a few tasks at a time."""

import csv
import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol, cast

from dashboard.exporting.inert import make_inert
from vision_tasks.errors import InvalidFieldError
from vision_tasks.records import TaskRecord

COLUMNS = ("id", "status", "filename", "result", "version", "created_at", "updated_at")


class Format(StrEnum):
    """The formats by the ends of their file names."""

    CSV = "csv"
    JSON_LINES = "jsonl"


class Writer(Protocol):
    """Writes one format, task by task."""

    media_type: str
    head: str

    def write(self, task: TaskRecord) -> str:
        """Write one task."""
        ...

    def write_end(self, reason: str) -> str:
        """Write, after a whole task, why no more follow."""
        ...


class CsvWriter:
    """RFC 4180, with a mark of UTF-8, without which spreadsheets guess; formulas are made inert.

    A task without a result has an empty cell.
    """

    media_type = "text/csv; charset=utf-8; header=present"
    head = "\ufeff" + ",".join(COLUMNS) + "\r\n"

    def __init__(self) -> None:
        self._write = csv.writer(_Echo(), lineterminator="\r\n").writerow

    def write(self, task: TaskRecord) -> str:
        """Write one task."""
        return cast("str", self._write(_list_cells(task)))

    def write_end(self, reason: str) -> str:
        """Write a row of one cell."""
        return f'"{reason}"\r\n'


class JsonLinesWriter:
    """One JSON object a line; nothing is lost, no digit of a result and no kind of nothing.

    A task without a result has no key `result`; where that is the JSON null, it says null.
    """

    media_type = "application/x-ndjson"
    head = ""

    def write(self, task: TaskRecord) -> str:
        """Write one task."""
        return _format_line(task)

    def write_end(self, reason: str) -> str:
        """Write an object that no task looks like."""
        return json.dumps({"error": reason}) + "\n"


def read_format(text: str) -> Format:
    """Read what a person chose; raises InvalidFieldError."""
    try:
        return Format(text)
    except ValueError:
        raise InvalidFieldError("format", f"is one of {', '.join(Format)}.") from None


def make_writer(chosen: Format) -> Writer:
    """Make what writes the chosen format."""
    return CsvWriter() if chosen is Format.CSV else JsonLinesWriter()


class _Echo:
    # What a csv.writer writes to; it returns what this returns.
    def write(self, text: str) -> str:
        return text


def _list_cells(task: TaskRecord) -> tuple[str | int, ...]:
    return (
        str(task.id),
        make_inert(task.status.value),
        make_inert(task.filename),
        "" if task.result is None else make_inert(task.result),
        task.version,
        _format_moment(task.created_at),
        _format_moment(task.updated_at),
    )


def _format_line(task: TaskRecord) -> str:
    # The result is the text that PostgreSQL holds, which has no line breaks.
    result = "" if task.result is None else f', "result": {task.result}'
    return (
        f'{{"id": "{task.id}", "status": {json.dumps(task.status.value)},'
        f' "filename": {json.dumps(task.filename, ensure_ascii=False)}{result},'
        f' "version": {task.version}, "created_at": "{_format_moment(task.created_at)}",'
        f' "updated_at": "{_format_moment(task.updated_at)}"}}\n'
    )


def _format_moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
