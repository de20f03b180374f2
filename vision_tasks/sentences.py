"""Sentences in English that remember how they were made, so that they can be said otherwise."""

from typing import Any, Self


class Sentence(str):
    """Text in English, made of a `message` with `%(name)s` in it and the `values` for these.

    It is a `str` like any other, wherever it goes: the API and the log say it as it is. A value
    may be a Sentence itself. With `plural` the message is said of one, that of as many as the
    value `num`.
    """

    __slots__ = ("message", "plural", "values")

    message: str
    plural: str | None
    values: dict[str, Any]

    def __new__(cls, message: str, values: dict[str, Any], *, plural: str | None = None) -> Self:
        """Make the text."""
        is_one = plural is None or values["num"] == 1
        text = (message if is_one else plural or "") % {
            name: f"{value:,}" if name == "num" else value for name, value in values.items()
        }
        self = super().__new__(cls, text)
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
    return Sentence(one, {"num": num, **values}, plural=many)


def verbatim(text: str) -> Sentence:
    """Make a Sentence of a text that is no message, the name of a field for one."""
    return Sentence(text.replace("%", "%%"), {})
