"""How a text is said in the language of the request, in Python and in templates."""

from collections.abc import Callable
from typing import Any

from babel.numbers import format_decimal
from markupsafe import Markup

from dashboard.language.catalogs import is_ours, load_catalog
from dashboard.language.choice import LANGUAGES, get_language, is_chosen_by_host
from vision_tasks.sentences import Amount, Sentence, verbatim


def gettext(message: str, /, **values: Any) -> str:
    """Say `message`, with `values` put in; a percent sign of its own is doubled in it."""
    return _look_up(message) % _prepare(values)


def ngettext(one: str, many: str, num: int, /, **values: Any) -> str:
    """Say it of `num` things; `%(num)s` is written as the language writes numbers."""
    text = load_catalog(get_language()).ngettext(one, many, num)
    return text % _prepare({"num": Amount(num), **values})


def translate(text: object) -> str:
    """Say a Sentence in the language of the request; any other text stays as it is."""
    if not isinstance(text, Sentence):
        return str(text)
    if text.plural is not None:
        return ngettext(text.message, text.plural, text.values["num"], **_drop_num(text.values))
    return gettext(text.message, **text.values)


def say_word(word: object) -> str:
    """Say a word that stands in the database or in an address: a status, the name of a field.

    What a row holds in the place of one is written as it is.
    """
    return translate(verbatim(str(word)))


def format_number(number: float) -> str:
    """Write a number as the language of the request does."""
    language = get_language()
    return format_decimal(number, locale=language if language in LANGUAGES else "en")


class Lazy:
    """A text that is said when it is shown: the name of a page, made before any request."""

    def __init__(self, message: str) -> None:
        self._message = message

    def __str__(self) -> str:
        """Say it."""
        return gettext(self._message)


def make_template_texts() -> dict[str, Callable[..., Any]]:
    """Return what templates say texts with; messages may hold markup, values are escaped."""
    return {"_": _say_marked, "ngettext": _say_marked_of, "say": translate, "word": say_word}


def _say_marked(message: str, /, **values: Any) -> Markup:
    text = _look_up(message)
    if _is_of_host(message, message):
        # Imported here, for most hosts have none.
        from flask_babel import gettext as say_for_host  # noqa: PLC0415

        text = say_for_host(message)
    return Markup(text) % _prepare(values)  # noqa: S704


def _say_marked_of(one: str, many: str, num: int, /, **values: Any) -> Markup:
    text = load_catalog(get_language()).ngettext(one, many, num)
    if _is_of_host(one, many):
        from flask_babel import get_domain  # noqa: PLC0415

        text = get_domain().get_translations().ungettext(one, many, num)
    return Markup(text) % _prepare({"num": Amount(num), **values})  # noqa: S704


def _is_of_host(one: str, many: str) -> bool:
    # The frame that a host puts around our pages says its own texts by the same names.
    return is_chosen_by_host() and not is_ours(one, many)


def _look_up(message: str) -> str:
    # What the catalog has for nothing is its head.
    return load_catalog(get_language()).gettext(message) if message else ""


def _prepare(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _say_value(name, value) for name, value in values.items()}


def _say_value(name: str, value: Any) -> Any:
    if isinstance(value, Amount) or name == "num":
        return format_number(int(value))
    return translate(value) if isinstance(value, Sentence) else value


def _drop_num(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "num"}
