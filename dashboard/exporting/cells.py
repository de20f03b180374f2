"""Rows of CSV as PostgreSQL writes them, made inert and ended by CRLF.

Nearly all rows hold nothing that has to change. That is seen of many at once; only where it
cannot be ruled out each is looked at, and written anew if need be.
"""

import csv
import re
from typing import cast

from dashboard.exporting.inert import DIVIDERS, SKIPPED, STARTS, make_inert

# Begins no formula, and neither a quote nor an empty cell.
_FIRST = rf"[^{SKIPPED}{STARTS},]"
_PLAIN_ROW = (
    # The id, which is always as long, and the status.
    r".{36},[A-Z]+,"
    # The name, with or without quotes around it, but none inside.
    rf'(?:{_FIRST}[^",\n]*|"{_FIRST}[^"\n]*"),'
    # The result: none; or an object, an array, true, false, null, a number; or a string.
    rf'(?:,|"?[{{\[0-9tfn]|"""{_FIRST})'
)
_OTHER_ROW = re.compile(rf"\n(?!{_PLAIN_ROW}|\Z)")
_DIVIDERS = DIVIDERS.replace("\n", "")
# With or without a formula behind it, so that no character is looked at twice.
_DIVIDED = re.compile(rf"[{_DIVIDERS}][{SKIPPED}]*([{STARTS}]?)")
_CELL = re.compile(r'(?:"((?:[^"]|"")*)"|([^",\r\n]*)),')


class _Echo:
    # What a csv.writer writes to; it returns what this returns.
    def write(self, text: str) -> str:
        return text


def write_cells(rows: list[bytes]) -> bytes:
    """Write rows of `export_queries.select_cells`, in UTF-8, for spreadsheets."""
    whole = b"".join(rows)
    if _is_harmless(whole.decode(), len(rows)):
        return whole.replace(b"\n", b"\r\n")
    return b"".join(map(_write_row, rows))


def _write_row(row: bytes) -> bytes:
    text = row.decode()
    if _is_harmless(text, 1):
        return row[:-1] + b"\r\n"
    task_id, status, rest = text[:-1].split(",", 2)
    rest, *last = rest.rsplit(",", 3)
    name, result = _split(rest)
    inert = [make_inert(cell) for cell in (status, name, result)]
    write = csv.writer(_Echo(), lineterminator="\r\n").writerow
    return cast("str", write([task_id, *inert, *last])).encode()


def _is_harmless(text: str, rows: int) -> bool:
    # True only where no cell changes; where in doubt, False.
    return (
        text.count("\n") == rows
        and not (any(one in text for one in _DIVIDERS) and any(_DIVIDED.findall(text)))
        and not _OTHER_ROW.search(f"\n{text}")
    )


def _split(cells: str) -> tuple[str, str]:
    first = _CELL.match(cells)
    if first is None:
        raise ValueError("no row of CSV")
    quoted, plain = first.groups()
    second = cells[first.end() :]
    if second.startswith('"'):
        second = _unquote(second[1:-1])
    return plain if quoted is None else _unquote(quoted), second


def _unquote(text: str) -> str:
    return text.replace('""', '"')
