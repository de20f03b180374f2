"""Whatever a spreadsheet separates by, no cell that it finds in our CSV is a formula."""

import csv
import io
import itertools
import random
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from dashboard.exporting.formats import CsvWriter
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.records import TaskRecord

ALPHABET = "=-x;,|\"\t\r\n '"
# What spreadsheets take away, or look past, before they decide; a quote may be left over.
SKIPPED = ' \t\r\n\v\f"\ufeff\u200b\u3000\xa0'
STARTS = "=+-@\uff1d\uff0b\uff0d\uff20"
MOMENT = datetime(2026, 11, 25, tzinfo=UTC)
TASK = TaskRecord(
    id=UUID(int=1),
    status=TaskStatus.PENDING,
    filename="photo.jpg",
    result=None,
    version=1,
    created_at=MOMENT,
    updated_at=MOMENT,
)


def write(*filenames, result=None):
    writer = CsvWriter()
    tasks = [replace(TASK, filename=filename, result=result) for filename in filenames]
    return writer.head + "".join(map(writer.write, tasks))


def find_formulas(text, delimiter, *, skipinitialspace=False):
    rows = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=skipinitialspace
    )
    return [cell for row in rows for cell in row if cell.lstrip(SKIPPED).startswith(tuple(STARTS))]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_no_short_filename_becomes_a_formula(delimiter, length):
    for characters in itertools.product(ALPHABET, repeat=length):
        filename = "".join(characters)
        assert find_formulas(write(filename), delimiter) == [], filename


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_no_rows_after_one_another_become_a_formula(delimiter):
    # A quote that one row leaves open is closed by the next.
    chosen = random.Random(5)
    alphabet = f"{ALPHABET}{STARTS}\ufeff\u3000\v\u2028a,;"
    for _ in range(2_000):
        names = ["".join(chosen.choices(alphabet, k=chosen.randint(1, 12))) for _ in range(4)]
        text = write(*names, result=f'"{chosen.choice(["a;", ";", ""])}={names[0][:1]!a}"')
        for skips in (False, True):
            assert find_formulas(text, delimiter, skipinitialspace=skips) == [], names


@pytest.mark.parametrize("start", list(STARTS))
@pytest.mark.parametrize("quotes", ['"', '""', '"""', '" "', '"\n"', '\ufeff"'])
def test_no_quote_hides_a_formula_from_us(start, quotes):
    for divider in ";\t\r\n|":
        text = write(f"a{divider}{quotes}{start}1+1;b")
        for delimiter in ",;\t|":
            assert find_formulas(text, delimiter) == []


def test_a_result_is_no_formula_either():
    for result in ('"=1+1"', '"a;\\"=1+1"', '{"a": ";=1", "b": "x;\\"\\"=1"}', "-1"):
        text = write("photo.jpg", result=result)
        assert [find_formulas(text, delimiter) for delimiter in ",;\t|"] == [[]] * 4


def test_ours_are_the_cells_that_were_written():
    for characters in itertools.product("x;,\"\t\r\n '", repeat=4):
        filename = "".join(characters)
        (_, row) = csv.reader(io.StringIO(write(filename), newline=""), strict=True)
        assert row[2] in (filename, f"'{filename}")
