"""Sentences in English that remember how they were made, so that they can be said otherwise."""

from collections.abc import Iterable
from functools import reduce
from typing import Any, Self


class Amount(int):
    """A number that a language writes in its own way; a plain `int` stands for itself."""

    def __str__(self) -> str:
        """Write it with its thousands apart."""
        return f"{int(self):,}"


class Sentence(str):
    """Text in English, made of a `message` with `%(name)s` in it and the `values` for these.

    It is a `str` like any other, wherever it goes: the API and the log say it as it is. A value
    may be a Sentence itself. With `plural` the message is said of one, that of as many as the
    value `num`, which is an Amount.
    """

    __slots__ = ("message", "plural", "values")

    message: str
    plural: str | None
    values: dict[str, Any]

    def __new__(cls, message: str, values: dict[str, Any], *, plural: str | None = None) -> Self:
        """Make the text."""
        is_one = plural is None or values["num"] == 1
        self = super().__new__(cls, (message if is_one else plural or "") % values)
        self.message, self.plural, self.values = message, plural, values
        return self

    def __str__(self) -> str:
        # So that str() of an error that holds one gives it back, not a copy that forgot.
        return self


def sentence(message: str, /, **values: Any) -> Sentence:
    """Make a Sentence; a percent sign of its own is doubled in `message`."""
    return Sentence(message, values)


def sentences(one: str, many: str, /, *, num: int, **values: Any) -> Sentence:
    """Make the Sentence for `num` of something; `%(num)s` is written with thousands apart."""
    return Sentence(one, {"num": Amount(num), **values}, plural=many)


def plain(text: str) -> str:
    """Return the text as a `str` and nothing more, for what takes no other: an encoder of JSON."""
    return str.__str__(text)


def verbatim(text: str) -> Sentence:
    """Make a Sentence of a word that no message was written for, the name of a field for one.

    It is said otherwise where a catalog happens to have it, and as it is everywhere else.
    """
    return Sentence(text.replace("%", "%%"), {})


def listed(words: Iterable[str]) -> Sentence:
    """Make "one, two, three" of words, each said by itself."""
    values = {f"word_{number}": verbatim(word) for number, word in enumerate(words)}
    return Sentence(", ".join(f"%({name})s" for name in values), values)


def either(words: Iterable[str]) -> Sentence:
    """Make "one or two or three" of at least one word, each said by itself."""
    return reduce(
        lambda so_far, word: sentence("%(one)s or %(other)s", one=so_far, other=word),
        map(verbatim, words),
    )
