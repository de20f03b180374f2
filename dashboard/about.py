"""How a number that is not known exactly is written for people."""

from babel.numbers import format_compact_decimal

from dashboard.language import LANGUAGES, get_language, gettext

_FIGURES = 2


def format_about(number: float) -> str:
    """Write `number` to two figures, in words of the language: "about 9.9 million"."""
    language = get_language()
    digits = _FIGURES - len(str(int(number)))
    short = format_compact_decimal(
        round(number, digits) if digits < 0 else round(number),
        format_type="long",
        locale=language if language in LANGUAGES else "en",
        fraction_digits=1,
    )
    return gettext("about %(number)s", number=short)
