"""Sentences are English text, and remember what they were made of."""

import json

import pytest

from vision_tasks.errors import InvalidFieldError
from vision_tasks.sentences import (
    Amount,
    Sentence,
    either,
    listed,
    plain,
    sentence,
    sentences,
    verbatim,
)


def test_a_sentence_is_its_text_in_english():
    text = sentence("There are %(count)s of %(name)s, 5%% of all.", count=Amount(12_345), name="it")
    assert text == "There are 12,345 of it, 5% of all."
    assert json.dumps([text]) == '["There are 12,345 of it, 5% of all."]'
    assert hash(text) == hash(plain(text))


def test_it_remembers_its_message_and_values():
    text = sentence("%(name)s is here.", name="ana")
    assert (text.message, text.values, text.plural) == ("%(name)s is here.", {"name": "ana"}, None)


def test_an_error_gives_it_back():
    text = sentence("That cannot be.")
    assert str(ValueError(text)) is text


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 tasks"), (1, "1 task"), (2, "2 tasks"), (1_000, "1,000 tasks")]
)
def test_it_is_said_of_one_and_of_many(number, text):
    assert sentences("%(num)s task", "%(num)s tasks", num=number) == text


def test_a_value_may_be_a_sentence():
    inner = sentence("is empty.")
    assert sentence("%(name)s %(why)s", name="it", why=inner).values["why"] is inner


@pytest.mark.parametrize("word", ["", "created_from", "%", "%(x)s", "a%%b", "⟦", "\x00"])
def test_a_word_is_itself_whatever_it_holds(word):
    assert verbatim(word) == word
    assert InvalidFieldError(word, "is wrong.").text == f"{word} is wrong."


def test_words_are_put_together():
    assert listed(["a", "b%", "c"]) == "a, b%, c"
    assert [listed([]), listed(["a"])] == ["", "a"]
    assert either(["a", "b", "c"]) == "a or b or c"
    assert either(["a"]) == "a"


def test_plain_text_is_no_sentence():
    assert type(plain(sentence("It is."))) is str
    error = InvalidFieldError("name", sentence("is empty."))
    assert type(error.reason) is str
    assert isinstance(error.text.values["reason"], Sentence)
