"""The patterns of OpenAPI say what the functions do that judge."""

import re
import sys
import unicodedata

import pytest

from api import patterns
from api.conditions import read_if_match
from api.errors import MalformedConditionError
from api.idempotency import read_idempotency_key
from api.identifiers import parse_new_id
from api.moments import parse_moment
from vision_tasks.errors import InvalidFieldError
from vision_tasks.filenames import check_filename, check_label


def is_accepted(judge, *arguments):
    try:
        judge(*arguments)
    except (InvalidFieldError, MalformedConditionError):
        return False
    return True


def list_characters():
    # Halves of surrogate pairs are no text; none of these patterns could name them.
    return (
        character
        for character in map(chr, range(sys.maxunicode + 1))
        if not "\ud800" <= character <= "\udfff"
    )


def test_a_label_may_hold_the_characters_of_its_pattern():
    label = re.compile(patterns.LABEL)
    for character in list_characters():
        text = f"a{character}b"
        assert bool(label.search(text)) == is_accepted(check_label, text, "filename"), text


def test_a_filename_is_not_blank_by_its_pattern_but_for_what_only_unicode_knows():
    filename = re.compile(patterns.FILENAME)
    for character in list_characters():
        if unicodedata.category(character) not in {"Cf", "Cn"}:
            assert bool(filename.search(character)) == is_accepted(check_filename, character)
    assert filename.search(" a ")


@pytest.mark.parametrize(
    "text",
    [
        *("*", '"3"', 'W/"3"', '"3", "4"', ' ,"3" , ,"4",\t', '""', '"\xe9"'),
        *("", "3", '"3', '"3" "4"', "*, *", '"3", *', '"a"b"', 'w/"3"', '" "'),
    ],
)
def test_a_condition(text):
    assert bool(re.search(patterns.CONDITION, text)) == is_accepted(read_if_match, [text])


@pytest.mark.parametrize("text", ["a", "!~", "a b", "\xe9", "a\t", "order-4711"])
def test_an_idempotency_key(text):
    accepted = is_accepted(read_idempotency_key, [text])
    assert bool(re.search(patterns.VISIBLE_ASCII, text)) == accepted


@pytest.mark.parametrize(
    "text",
    [
        "6f1c2b9e-8d3a-4c55-9b0e-2f7a1d4c8e90",
        "6F1C2B9E-8D3A-4C55-BB0E-2F7A1D4C8E90",
        "6f1c2b9e-8d3a-1c55-9b0e-2f7a1d4c8e90",
        "6f1c2b9e-8d3a-4c55-7b0e-2f7a1d4c8e90",
        "6f1c2b9e8d3a4c559b0e2f7a1d4c8e90",
        "{6f1c2b9e-8d3a-4c55-9b0e-2f7a1d4c8e90}",
        "6f1c2b9e-8d3a-4c55-9b0e-2f7a1d4c8e9\u0660",
    ],
)
def test_an_id_of_the_clients(text):
    assert bool(re.search(patterns.NEW_ID, text)) == is_accepted(parse_new_id, text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-30T08:00:00Z",
        "2026-11-30t08:00:00.123456z",
        "2026-11-30T08:00:00+01:00",
        "2026-11-30T08:00:00",
        "2026-11-30T08:00:00.1234567Z",
        "2026-11-30 08:00:00Z",
        "2026-11-30T08:00Z",
        "2026-11-30T08:00:00+0100",
    ],
)
def test_a_moment(text):
    accepted = is_accepted(parse_moment, text, "created_from")
    assert bool(re.search(patterns.MOMENT, text)) == accepted
