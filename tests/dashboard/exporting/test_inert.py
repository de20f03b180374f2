"""What a spreadsheet could run as a formula, and what it could not."""

import pytest

from dashboard.exporting.inert import make_inert

STARTS = "=+-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"
FORMULA = 'HYPERLINK("http://evil.example","x")'


@pytest.mark.parametrize("start", list(STARTS))
@pytest.mark.parametrize("before", ["", " ", "   ", "\xa0", "\u3000", "\u200b", "\ufeff", "\x00"])
def test_what_begins_a_formula_gets_an_apostrophe(before, start):
    text = f"{before}{start}{FORMULA}"
    assert make_inert(text) == f"'{text}"


@pytest.mark.parametrize("start", ["\t", "\r", "\n", "\r\n"])
def test_so_does_what_begins_apart(start):
    assert make_inert(f"{start}photo.jpg") == f"'{start}photo.jpg"
    assert make_inert(f"{start}={FORMULA}").startswith(f"'{start}'=")


@pytest.mark.parametrize("divider", [";", "|", "\t", "\n", "\r\n"])
def test_so_does_what_another_separator_would_make_a_cell(divider):
    assert make_inert(f"a{divider} ={FORMULA}") == f"a{divider}' ={FORMULA}"


@pytest.mark.parametrize(
    "text",
    ["", "photo.jpg", "a=b", "a-b+c@d.jpg", "'quoted'", '{"a": -1, "b": [1, -2]}', "x, =1", "漢字"],
)
def test_other_text_stays_as_it_is(text):
    assert make_inert(text) == text


def test_a_long_text_takes_no_long_time():
    assert make_inert(" " * 200_000 + "x") == " " * 200_000 + "x"
    assert len(make_inert("; " * 100_000)) == 200_000
