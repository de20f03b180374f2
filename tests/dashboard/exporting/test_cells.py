"""Whatever a spreadsheet separates by, no cell that it finds in our CSV is a formula."""

import csv
import io
import itertools
import random

import pytest

from dashboard.exporting import cells
from dashboard.exporting.formats import CsvWriter
from tests.dashboard.exporting.reference import format_copied, format_csv

ALPHABET = "=-x;,|\"\t\r\n '"
# What spreadsheets take away, or look past, before they decide; a quote may be left over.
SKIPPED = ' \t\r\n\v\f"\ufeff\u200b\u3000\xa0'
STARTS = "=+-@\uff1d\uff0b\uff0d\uff20"


def write(*filenames, result=None):
    writer = CsvWriter()
    rows = [format_copied(filename, result) for filename in filenames]
    return (writer.head + writer.write(rows)).decode()


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


@pytest.mark.parametrize("seed", range(20))
def test_many_at_once_are_written_as_each_alone(seed):
    chosen = random.Random(seed)
    alphabet = f"{ALPHABET}{STARTS}{SKIPPED}|\u2028\x85a,漢é"
    for _ in range(100):
        # Mostly harmless, so that what is not hides among them.
        names = ["street.jpg", "漢字 (2).jpg", "a, b; c.jpg"] * chosen.randint(0, 2)
        names.append("".join(chosen.choices(alphabet, k=chosen.randint(0, 6))))
        results = [None, "-1", "1", "[]", '{"a": -1}', '"a;=\\" \\"-"', '"car"', '"@"', '" +"']
        tasks = [(name, chosen.choice(results)) for name in chosen.sample(names, len(names))]
        rows = [format_copied(*task) for task in tasks]
        assert CsvWriter().write(rows).decode() == "".join(format_csv(*task) for task in tasks)


def test_what_needs_no_change_is_not_looked_at_one_by_one(monkeypatch):
    rows = [
        format_copied("street-1.jpg", '{"boxes": [1, -2], "label": "car"}'),
        format_copied("café, 漢字 ナ.jpg", "[-1]"),
        format_copied("a; b|c.jpg", None),
        format_copied("(2).jpg", '"car"'),
        format_copied("_.jpg", "true"),
    ]
    monkeypatch.setattr(cells, "_write_row", None)
    assert CsvWriter().write(rows).count(b"\r\n") == len(rows)


def test_a_name_longer_than_the_table_allows_and_a_long_result_are_no_trouble():
    task = ('"' * 1_000, '"' + "; " * 100_000 + '\\"=1"')
    assert CsvWriter().write([format_copied(*task)]).decode() == format_csv(*task)


def test_a_result_of_nothing_but_line_ends_is_no_trouble_either():
    task = ("a.jpg", '"' + "\u2028" * 100_000 + '"')
    assert CsvWriter().write([format_copied(*task)]).decode() == format_csv(*task)
