"""Cells that no spreadsheet takes for a formula."""

import re

# What spreadsheets begin a formula with, in the widths of East Asian keyboards as well.
STARTS = "=+\\-@\u2212\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20"
"""For a class of characters in a pattern, as are the others."""
# White space, control and invisible characters, and the quotes that stand around a cell.
SKIPPED = r"\s\x00-\x20\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\""
"""What a spreadsheet may skip before it looks for one of them."""
# A spreadsheet of a country that separates by semicolons, or a paste, begins a new cell at these,
# and takes the quotes of ours, which begins elsewhere, for those of its own.
DIVIDERS = ";|\t\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029"
_BEGINNING = re.compile(rf"[\t\r\n]|[{SKIPPED}]*[{STARTS}]")
_DIVIDER = re.compile(rf"\r\n|[{DIVIDERS}]")
# With or without a formula behind it, so that no character is looked at twice.
_DIVIDED = re.compile(rf"([{DIVIDERS}][{SKIPPED}]*+)([{STARTS}]?)")


def make_inert(text: str) -> str:
    """Put an apostrophe before whatever could be run as a formula; other text stays as it is.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    inert = _DIVIDED.sub(_mark, text) if _DIVIDER.search(text) else text
    return f"'{inert}" if _BEGINNING.match(text) else inert


def _mark(match: re.Match[str]) -> str:
    before, start = match.groups()
    return _DIVIDER.sub(r"\g<0>'", before) + start if start else match.group()
