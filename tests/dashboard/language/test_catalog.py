"""Every text of the desk has its words in Spanish, which hold what the English ones hold."""

import re
from typing import Any

import pytest

from dashboard.language import words
from tests.dashboard.language.extraction import Text, collect, read_spanish
from vision_tasks.api_key_queries import KeyState
from vision_tasks.batch_entries import START_ACTIONS, BatchDeed
from vision_tasks.batches import BulkAction
from vision_tasks.lifecycle import LEGAL_MOVES, TaskStatus
from vision_tasks.staff import StaffRole

PLACEHOLDER = re.compile(r"%%|%\(\w+\)s|\{\w+\}")
TAG = re.compile(r"</?[a-z][^<>]*>")


@pytest.fixture(scope="module")
def texts() -> dict[Text, str]:
    return collect()


@pytest.fixture(scope="module")
def spanish() -> dict[Any, Any]:
    return {
        one.id if isinstance(one.id, str) else tuple(one.id): one.string
        for one in read_spanish()
        if one.id
    }


def pair(spanish):
    """Each text in English beside its translation, one and many apart."""
    for text, said in spanish.items():
        if isinstance(text, str):
            yield text, said
        else:
            yield from zip(text, said, strict=True)


def test_every_text_is_translated(texts, spanish):
    untranslated = {
        text: path
        for text, path in texts.items()
        if not (said := spanish.get(text)) or not all(said)
    }
    assert untranslated == {}


def test_nothing_is_translated_that_nobody_says(texts, spanish):
    assert set(spanish) - set(texts) == set()


def test_no_translation_is_a_guess():
    assert [one.id for one in read_spanish() if one.fuzzy] == []


def test_translations_hold_the_same_values_and_markup(spanish):
    differing = {
        english: said
        for english, said in pair(spanish)
        if sorted(PLACEHOLDER.findall(english)) != sorted(PLACEHOLDER.findall(said))
        or sorted(TAG.findall(english)) != sorted(TAG.findall(said))
    }
    assert differing == {}


def test_each_can_be_filled_in(spanish):
    for both in pair(spanish):
        for text in both:
            if "%" in text:
                assert text % dict.fromkeys(re.findall(r"%\((\w+)\)s", text), "x")


def test_what_holds_no_markup_can_stand_in_an_attribute(spanish):
    for both in pair(spanish):
        for text in both:
            assert '"' not in text or TAG.search(text), text
            assert not re.search(r"[<&]", TAG.sub("", text)), text


def test_sentences_end_alike(spanish):
    ends = re.compile(r"[.:?…]?$")
    differing = {
        english: said
        for english, said in pair(spanish)
        if ends.findall(english)[0] != ends.findall(said)[0]
    }
    assert differing == {}


def test_all_words_of_the_database_are_known(texts):
    known = [*TaskStatus, *BulkAction, *StaffRole, *KeyState, *START_ACTIONS]
    known += [move.name for move in LEGAL_MOVES] + [deed.value for deed in BatchDeed]
    assert [word for word in map(str, known) if word not in texts] == []


def test_no_word_is_listed_twice():
    listed = [word for name in vars(words) if name.isupper() for word in getattr(words, name)]
    assert len(listed) == len(set(listed)) > 50
