"""Whole numbers as people type them into a form."""

import re

_DIGITS = re.compile(r"[0-9]{1,9}")
NOT_A_NUMBER = -1


def read_number(text: str) -> int | None:
    """Read a number of at most nine digits: None where nothing was typed, else NOT_A_NUMBER."""
    typed = text.strip()
    if not typed:
        return None
    return int(typed) if _DIGITS.fullmatch(typed) else NOT_A_NUMBER
