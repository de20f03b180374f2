"""The languages of the desk: which one a request gets, and how texts are said in it."""

from dashboard.language.choice import LANGUAGES, get_language
from dashboard.language.texts import (
    Lazy,
    gettext,
    make_template_texts,
    ngettext,
    say_word,
    translate,
)

__all__ = [
    "LANGUAGES",
    "Lazy",
    "get_language",
    "gettext",
    "make_template_texts",
    "ngettext",
    "say_word",
    "translate",
]
