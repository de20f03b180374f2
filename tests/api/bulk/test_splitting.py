"""Bodies come in parts that begin and end anywhere; what is in them does not depend on that."""

import json
from itertools import pairwise

import pytest

from api.bulk.array import ArraySplitter
from api.bulk.batches import judge_quickly, judge_slowly
from api.bulk.ids import NewIds
from api.bulk.lines import LineSplitter
from api.bulk.pieces import TooLong
from api.errors import MalformedBodyError

Kind = type[LineSplitter] | type[ArraySplitter]

MAX_BYTES = 120
LONG = b'{"filename": "%b"}' % (b"x" * MAX_BYTES)
ELEMENTS = [
    b'{"filename": "plain.jpg"}',
    b'{"filename": "}, {[\\"]"}',
    b'{ "id" : "6f1c2b9e-8d3a-4c55-9b0e-2f7a1d4c8e90" , "filename" : "\\\\" }',
    b'{"filename": {"nested": [1, {"a": "]"}]}}',
    '{"filename": "ñ🦜"}'.encode(),
    b'{"filename": ""}',
    LONG,
    b'{"filename": "last"}',
]
LINES = b"\n".join([*ELEMENTS[:2], b" \r", *ELEMENTS[2:]])
ARRAY = b" [ %b ]\r\n" % b" ,\n".join(ELEMENTS)
BODIES: dict[str, tuple[Kind, bytes]] = {
    "lines": (LineSplitter, LINES),
    "array": (ArraySplitter, ARRAY),
}


def read(kind, parts, max_bytes=MAX_BYTES):
    """Read what is good, by line, and where something is wrong, also by the closer look alone."""
    found = []
    for is_quick in (True, False):
        splitter = kind(max_bytes)
        good: dict[int, str] = {}
        bad = []
        pieces = [piece for part in parts for piece in splitter.feed(part)]
        for piece in [*pieces, *splitter.finish()]:
            quick = judge_quickly(piece, NewIds()) if is_quick else None
            for batch in [quick] if quick else judge_slowly(piece, NewIds()):
                good |= dict(zip(batch.lines, batch.filenames, strict=True))
                bad += [(problem.line, problem.field) for problem in batch.problems]
        found.append((good, bad))
    assert found[0] == found[1]
    return found[0]


EXPECTED = {
    "lines": (
        {1: "plain.jpg", 2: '}, {["]', 4: "\\", 6: "ñ🦜", 9: "last"},
        [(5, "filename"), (7, "filename"), (8, "body")],
    ),
    "array": (
        {1: "plain.jpg", 2: '}, {["]', 3: "\\", 5: "ñ🦜", 8: "last"},
        [(4, "filename"), (6, "filename"), (7, "body")],
    ),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_in_two_parts_is_the_same_wherever_it_is_cut(name):
    kind, body = BODIES[name]
    for cut in range(len(body) + 1):
        assert read(kind, [body[:cut], body[cut:]]) == EXPECTED[name], cut


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000])
@pytest.mark.parametrize("name", BODIES)
def test_a_body_in_many_parts_is_the_same_whatever_their_size(name, size):
    kind, body = BODIES[name]
    cuts = [*range(0, len(body), size), len(body)]
    assert read(kind, [body[one:other] for one, other in pairwise(cuts)]) == EXPECTED[name]


@pytest.mark.parametrize("max_bytes", [len(LONG), len(LONG) + 1])
@pytest.mark.parametrize("name", BODIES)
def test_what_is_as_long_as_it_may_be_is_read(name, max_bytes):
    kind, body = BODIES[name]
    good, bad = read(kind, [body], max_bytes)
    assert "x" * MAX_BYTES in good.values()
    assert len(bad) == 2


@pytest.mark.parametrize("name", BODIES)
def test_no_more_is_held_than_a_line_may_have(name):
    kind, _ = BODIES[name]
    splitter = kind(MAX_BYTES)
    opening = b'[{"filename": "' if name == "array" else b'{"filename": "'
    pieces = list(splitter.feed(opening))
    for _ in range(1000):
        pieces += splitter.feed(b'\\"' * 50)
        assert len(splitter._rest) <= MAX_BYTES
    pieces += splitter.feed(b'"}]' if name == "array" else b'"}\n')
    assert pieces == [TooLong(1, MAX_BYTES)]


@pytest.mark.parametrize("name", BODIES)
def test_what_is_too_long_is_told_of_once_however_large_the_parts_are(name):
    kind, _ = BODIES[name]
    splitter = kind(MAX_BYTES)
    opening, end = (b"[", b"]") if name == "array" else (b"", b"\n")
    pieces = list(splitter.feed(opening + b"x" * (2 * MAX_BYTES)))
    pieces += splitter.feed(b"x" * (2 * MAX_BYTES) + end)
    pieces += splitter.finish()
    assert [piece for piece in pieces if isinstance(piece, TooLong)] == [TooLong(1, MAX_BYTES)]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  ",
        b"[",
        b'[{"filename": "a"}',
        b'[{"filename": "a"},',
        b'[{"filename": "a]',
        b'[{"filename": "a"}]]',
        b'[{"filename": "a"}] x',
        b"[][]",
        b"{}",
        b'{"filename": "a"}',
        b'"["',
        b"\xef\xbb\xbf[]",
        b"null",
        b"x",
    ],
    ids=ascii,
)
def test_what_is_no_array_is_refused_wherever_it_is_cut(body):
    for cut in range(len(body) + 1):
        with pytest.raises(MalformedBodyError):
            read(ArraySplitter, [body[:cut], body[cut:]])


@pytest.mark.parametrize(
    ("body", "bad"),
    [
        (b'[{"filename": "a"},]', 2),
        (b'[,{"filename": "a"}]', 1),
        (b'[{"filename": "a"}{"filename": "b"}]', 1),
        (b'[{"filename": "a"} {"filename": "b"},{"filename": "a"}]', 1),
        (b'[{"filename": "a"},}]', 2),
        (b'[{"filename": "a\n"},{"filename": "a"}]', 1),
        (b"[1]", 1),
        (b"[[]]", 1),
    ],
    ids=ascii,
)
def test_an_element_that_is_none_is_named(body, bad):
    for cut in range(len(body) + 1):
        _, errors = read(ArraySplitter, [body[:cut], body[cut:]])
        assert errors == [(bad, "body")]


def test_a_long_array_is_split_into_all_its_elements():
    names = [f"{number}-{'y' * (number % 90)}" for number in range(5000)]
    body = json.dumps([{"filename": name} for name in names], indent=1).encode()
    good, bad = read(ArraySplitter, [body[:10_000], body[10_000:]], 4096)
    assert (list(good.values()), bad) == (names, [])
    assert list(good) == list(range(1, 5001))
