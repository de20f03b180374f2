"""All lines at once are judged as each by itself would be."""

from itertools import pairwise
from uuid import UUID

import pytest

from api.bulk.batches import judge_quickly, judge_slowly
from api.bulk.ids import GROUP, NewIds
from api.bulk.pieces import Elements, Lines
from vision_tasks.errors import InvalidFieldError
from vision_tasks.filenames import check_filename

PLAIN = b'{"filename": "plain.jpg"}'
ID = b"6f1c2b9e-8d3a-4c55-9b0e-2f7a1d4c8e90"


def judge(line):
    """Judge a line among plain ones; returns what the closer look says, and the quick one."""
    slow = list(judge_slowly(Lines(1, line + b"\n"), NewIds()))
    quick = judge_quickly(Lines(1, b"\n".join([PLAIN, line, PLAIN, b""])), NewIds())
    array = judge_quickly(Elements(1, [PLAIN, line, PLAIN]), NewIds())
    return slow[0], quick, array


@pytest.mark.parametrize(
    "line",
    [
        PLAIN,
        b'{"filename":"a","id":"%b"}' % ID,
        b'{"id":"%b", "filename":"a"}' % ID.upper(),
        '{"filename":"ñandú \\u00f1 🦜"}'.encode(),
        b'{"filename":"back\\\\slash"}',
    ],
)
def test_what_is_good_is_good_at_once(line):
    slow, quick, array = judge(line)
    assert not slow.problems
    for batch in (quick, array):
        assert batch is not None
        assert batch.filenames[1] == slow.filenames[0]
        assert batch.has_given_ids == slow.has_given_ids == (b'"id"' in line)
        if slow.has_given_ids:
            assert batch.ids[1] == slow.ids[0] == ID.decode()


@pytest.mark.parametrize(
    "line",
    [
        b'{"filename":"a","filename":"b"}',
        b'{"filename":"a","id":"%b","id":"%b"}' % (ID, ID),
        b'{"filename":"a","id":"%b"}' % ID.replace(b"-", b""),
        b'{"filename":"a","id":"{%b}"}' % ID,
        b'{"filename":"a","id":"%b\\n"}' % ID,
        b'{"filename":"a","id":"%b"}' % ID.replace(b"-4", b"-1"),
        b'{"filename":"a","id":"%b"}' % ID.replace(b"-9", b"-c"),
        b'{"filename":"a","id":"%b"}' % "٦".encode().join(ID.split(b"6", 1)),
        b'{"filename":"a","id":null}',
        b'{"filename":"a","other":1}',
        b'{"filename":""}',
        b'{"filename":" "}',
        b'{"filename":"a\\u0085b"}',
        b'{"filename":"a\\u2028b"}',
        b'{"filename":"a\\u200eb"}',
        b'{"filename":"\\u200b"}',
        b'{"filename":"\\ud83d"}',
        b'{"filename":"%b"}' % (b"x" * 256),
        b'{"filename":"a\xc0\xaf"}',
        b"[]",
        b"",
    ],
    ids=ascii,
)
def test_what_is_bad_is_never_good_at_once(line):
    slow, quick, array = judge(line)
    if line:
        [problem] = slow.problems
        assert problem.line == 1
    assert (quick, array) == (None, None)


def test_every_character_is_judged_alike_both_ways():
    for code in [*range(0x3000), *range(0xD000, 0xFFFF, 7), *range(0x1F000, 0x1FFFF, 3), 0xE0001]:
        name = f"a{chr(code)}b"
        try:
            check_filename(name)
        except InvalidFieldError:
            text = f'{{"filename":"a\\u{code:04x}b"}}\n' if code < 0x10000 else ""
            assert not text or judge_quickly(Lines(1, text.encode()), NewIds()) is None, hex(code)


def test_ids_that_are_made_are_random_and_of_version_4():
    new_ids = NewIds()
    parts = [new_ids.take(number) for number in (1, 0, 1000, 3000, 10, 2 * GROUP, 1)]
    assert [len(part) for part in parts] == [1, 0, 1000, 3000, 10, 2 * GROUP, 1]
    made = [UUID(text) for part in parts for text in part]
    assert len(set(made)) == len(made)
    assert {(one.version, one.variant) for one in made} == {(4, "specified in RFC 4122")}
    assert len({one.bytes[:2] for one in made}) > GROUP


def test_ids_that_are_made_ascend_for_long():
    new_ids = NewIds()
    made = [one for _ in range(200) for one in new_ids.take(1500)]
    turns = sum(one > other for one, other in pairwise(made))
    assert turns < 20
