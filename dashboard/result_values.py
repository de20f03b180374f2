"""Whether two JSON texts say the same, to the last digit."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any

# Beyond the range of a double, where digits written out would only fill the memory.
MAX_EXPONENT = 400


def are_alike(one: str | None, other: str | None) -> bool:
    """Tell whether PostgreSQL would hold the same for both, however they are laid out.

    Names may come in any order. 1 and 1.0 differ: PostgreSQL keeps the digits of a number.
    """
    if one == other:
        return True
    if one is None or other is None:
        return False
    try:
        return bool(_parse(one) == _parse(other))
    except (ValueError, RecursionError):
        return False


def _parse(text: str) -> Any:
    return json.loads(text, parse_float=_read_number, parse_int=_read_number)


def _read_number(digits: str) -> bytes:
    # Bytes, which nothing else in JSON becomes: 1 is neither true nor "1".
    if "e" in digits or "E" in digits:
        digits = _write_out(digits)
    if not digits.strip("-0."):
        digits = digits.removeprefix("-")
    return digits.encode()


def _write_out(digits: str) -> str:
    try:
        number = Decimal(digits)
    except InvalidOperation:
        return digits
    exponent = int(number.as_tuple().exponent)
    if abs(exponent) > MAX_EXPONENT:
        return digits
    if not number:
        return "0." + "0" * -exponent if exponent < 0 else "0"
    return f"{number:f}"
