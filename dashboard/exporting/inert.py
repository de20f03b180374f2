"""Cells that no spreadsheet takes for a formula."""

import re

# What spreadsheets begin a formula with, in the widths of East Asian keyboards as well.
_STARTS = "=+\\-@\u2212\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20"
# What one of them may skip before it looks: white space, control and invisible characters.
_SKIPPED = r"[\s\x00-\x20\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]*"
_FORMULA = rf"{_SKIPPED}[{_STARTS}]"
_BEGINNING = re.compile(rf"[\t\r\n]|{_FORMULA}")
# A spreadsheet of a country that separates by semicolons, or a paste, begins a new cell at these.
_DIVIDER = re.compile(r"[;|\t\r\n]")
_DIVIDED = re.compile(rf"(\r\n|[;|\t\r\n])(?={_FORMULA})")


def make_inert(text: str) -> str:
    """Put an apostrophe before whatever could be run as a formula; other text stays as it is.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    inert = _DIVIDED.sub(r"\1'", text) if _DIVIDER.search(text) else text
    return f"'{inert}" if _BEGINNING.match(text) else inert
