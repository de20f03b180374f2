"""What JSON is refused, and that what is stored is what was sent."""

import pytest

from tests.databases import psql
from tests.factories import add_task, read_task
from vision_tasks.config import Settings
from vision_tasks.documents import MAX_DEPTH, DocumentLimits, parse_document
from vision_tasks.errors import InvalidFieldError

REFUSED = {
    "nothing": b"",
    "blank": b"  ",
    "NaN": b"[NaN]",
    "Infinity": b'{"a": Infinity}',
    "minus Infinity": b"-Infinity",
    "a float beyond a double": b"1e400",
    "an integer beyond a double": b"9" * 400,
    "an integer of 5000 digits": b"1" * 5000,
    "a name twice": b'{"a": 1, "a": 2}',
    "a name twice, deep down": b'[{"x": {"b": 1, "c": 2, "b": 1}}]',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "Latin-1": '{"a": "é"}'.encode("latin-1"),
    "trailing data": b"{} {}",
    "a trailing comma": b"[1,]",
    "single quotes": b"{'a': 1}",
    "a comment": b"{} // no",
    "an escaped NUL": b'"a\\u0000b"',
    "a NUL in a name": b'{"\\u0000": 1}',
    "a raw control character": b'"a\nb"',
    "a lone surrogate": b'"\\ud800"',
    "a lone surrogate in a name": b'{"\\udc00x": 1}',
    "too deep lists": b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
    "100,000 brackets": b"[" * 100_000,
    "too deep objects": b'{"a":' * (MAX_DEPTH + 1) + b"1" + b"}" * (MAX_DEPTH + 1),
    "a number that a double takes for zero": b"1e-400",
    "numbers that would be written out at length": b"[" + b",".join([b"1e300"] * 4000) + b"]",
    "an unfinished string": b'{"a": "b',
    "a megabyte of escaped quotes": b'"\\' * 500_000,
    "an unfinished escape": b'"\\',
}
ACCEPTED = [
    "null",
    "0",
    "false",
    '""',
    "[]",
    "{}",
    '{"a": {"b": [1, 2.5, "x", null, true]}}',
    "123456789012345678901234567890",
    "0.1000000000000000055511151231257827",
    "-1.5e-7",
    "0.0e5",
    "5e-324",
    '"ñandú 雪 😀"',
    '"\\ud83d\\ude00"',
    '"[[[[{{{{ \\" \\\\"',
    "[" * MAX_DEPTH + "]" * MAX_DEPTH,
]


@pytest.mark.parametrize("source", REFUSED.values(), ids=REFUSED.keys())
def test_bad_json_is_refused_with_the_name_of_the_field(source: bytes) -> None:
    with pytest.raises(InvalidFieldError) as refusal:
        parse_document(source, "result")
    assert refusal.value.field == "result"
    assert str(refusal.value).startswith("result ")


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_is_accepted_can_be_stored(settings: Settings, text: str) -> None:
    value = parse_document(text, "result")
    with psql(settings) as cursor:
        stored = read_task(cursor, add_task(cursor, result=text))["result"]
    assert parse_document(stored, "result") == value


def test_brackets_inside_strings_are_not_depth() -> None:
    assert parse_document('["' + "[" * 500 + '"]', "result") == ["[" * 500]


def test_the_place_of_a_mistake_is_told() -> None:
    with pytest.raises(InvalidFieldError, match=r"line 2, column 3"):
        parse_document('{"a": 1,\n  b: 2}', "result")


def test_a_name_given_twice_among_many_is_found_quickly() -> None:
    names = ", ".join(f'"n{number}": 0' for number in range(50_000))
    with pytest.raises(InvalidFieldError, match="n49999"):
        parse_document("{" + names + ', "n49999": 1}', "result")


def test_depth_and_fields_are_bounded_as_asked() -> None:
    limits = DocumentLimits(depth=2, fields=3)
    assert parse_document('[{"a": 1, "b": 2}, {"c": 3}]', "result", limits)
    with pytest.raises(InvalidFieldError, match="deeper than 2"):
        parse_document("[[[]]]", "result", limits)
    with pytest.raises(InvalidFieldError, match="more than 3 fields"):
        parse_document('[{"a": 1, "b": 2}, {"c": 3, "d": 4}]', "result", limits)
