"""JSON as it may be stored: what a lenient parser lets through is refused here."""

import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, NoReturn

from vision_tasks.errors import InvalidFieldError, MalformedDocumentError
from vision_tasks.sentences import Amount, sentence

MAX_DEPTH = 64
MAX_FIELDS = 100_000
# https://www.postgresql.org/docs/current/datatype-numeric.html
MAX_DECIMALS = 16_383
MAX_ADDED_CHARACTERS = 1_000_000
"""How much longer the numbers of a document may get when jsonb writes their exponents out."""

_MAX_EXPONENT_DIGITS = 6


@dataclass(frozen=True)
class DocumentLimits:
    """How deep a document may nest, and how many fields its objects may have in all."""

    depth: int = MAX_DEPTH
    fields: int = MAX_FIELDS


DEFAULT_LIMITS = DocumentLimits()

# A string that never ends reaches to the end of the text, or each quote in it would be tried anew.
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")


def parse_document(source: bytes | str, field: str, limits: DocumentLimits = DEFAULT_LIMITS) -> Any:
    """Parse JSON text strictly and return Python values.

    Numbers may lose digits on the way: store `source`, not what is returned.
    Refused with MalformedDocumentError, named after `field`: what RFC 8259 forbids (NaN, a BOM,
    trailing data, bytes that are not UTF-8). Refused with InvalidFieldError: what PostgreSQL's
    jsonb cannot hold (U+0000, lone surrogates, over MAX_DECIMALS decimals), what readers would
    disagree on (duplicate names, numbers beyond a double), what grows out of proportion when it
    is stored (MAX_ADDED_CHARACTERS), and what is beyond `limits`.
    """
    text = _decode(source, field) if isinstance(source, bytes) else source
    if text.startswith("\ufeff"):
        raise MalformedDocumentError(
            field, sentence("begins with a byte order mark; send plain UTF-8.")
        )
    _check_depth(text, field, limits.depth)
    reader = _Reader(field, limits.fields)
    try:
        value = json.loads(
            text,
            object_pairs_hook=reader.read_object,
            parse_constant=reader.refuse_constant,
            parse_float=reader.read_float,
            parse_int=reader.read_integer,
        )
    except json.JSONDecodeError as exc:
        raise MalformedDocumentError(
            field,
            sentence(
                "is no valid JSON: %(cause)s (line %(line)s, column %(column)s).",
                cause=exc.msg,
                line=exc.lineno,
                column=exc.colno,
            ),
        ) from None
    _check_strings(value, field)
    return value


class _Reader:
    def __init__(self, field: str, max_fields: int) -> None:
        self._field = field
        self._max_fields = max_fields
        self._fields = 0
        self._added_characters = 0

    def read_object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        self._fields += len(pairs)
        if self._fields > self._max_fields:
            raise InvalidFieldError(
                self._field,
                sentence("has more than %(most)s fields.", most=Amount(self._max_fields)),
            )
        value = dict(pairs)
        if len(value) < len(pairs):
            twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
            raise InvalidFieldError(
                self._field,
                sentence("names %(name)s twice in one object.", name=json.dumps(twice[:50])),
            )
        return value

    def refuse_constant(self, name: str) -> NoReturn:
        raise MalformedDocumentError(
            self._field, sentence("holds %(name)s, which is no JSON number.", name=name)
        )

    def read_float(self, digits: str) -> float:
        number = float(digits)
        mantissa, _, exponent = digits.lower().partition("e")
        is_lost = math.isinf(number) or (number == 0 and mantissa.strip("-0."))
        if is_lost or len(exponent) > _MAX_EXPONENT_DIGITS:
            raise InvalidFieldError(
                self._field,
                sentence(
                    "holds the number %(digits)s…, beyond the range of a double.",
                    digits=digits[:20],
                ),
            )
        self._added_characters += abs(int(exponent or 0))
        if self._added_characters > MAX_ADDED_CHARACTERS:
            raise InvalidFieldError(
                self._field, sentence("holds too many numbers with large exponents.")
            )
        if len(mantissa.partition(".")[2]) - int(exponent or 0) > MAX_DECIMALS:
            raise InvalidFieldError(
                self._field,
                sentence("holds a number of more than %(most)s decimals.", most=MAX_DECIMALS),
            )
        return number

    def read_integer(self, digits: str) -> int:
        self.read_float(digits)
        return int(digits)


def _decode(source: bytes, field: str) -> str:
    try:
        return source.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise MalformedDocumentError(
            field, sentence("is not UTF-8 (byte %(position)s).", position=exc.start + 1)
        ) from None


def _check_depth(text: str, field: str, max_depth: int) -> None:
    # Before parsing: the parser itself recurses. Brackets inside strings count for nothing.
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > max_depth:
            raise InvalidFieldError(
                field, sentence("nests deeper than %(most)s levels.", most=max_depth)
            )


def _check_strings(value: Any, field: str) -> None:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            if "\x00" in item:
                raise InvalidFieldError(
                    field, sentence("holds the character U+0000, which cannot be stored.")
                )
            if not _is_encodable(item):
                raise InvalidFieldError(
                    field, sentence("holds half of a surrogate pair (\\ud800 to \\udfff).")
                )
        elif isinstance(item, dict):
            waiting.extend(item.keys())
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def _is_encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
