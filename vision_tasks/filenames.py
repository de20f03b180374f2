"""What may be a task's filename: a label for people, never joined to a path."""

import unicodedata

from vision_tasks.errors import InvalidFieldError
from vision_tasks.sentences import sentence

FILENAME_MAX_CHARACTERS = 255

# Cc control, Cs lone surrogates, Zl and Zp line and paragraph separators.
_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
# Cf format characters, Cn code points without a character; fine beside others.
_INVISIBLE_CATEGORIES = frozenset({"Cf", "Cn"})
# https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
_DIRECTION_CHARACTERS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


def check_filename(value: str) -> str:
    """Return `value` unchanged if it may be a filename, else raise InvalidFieldError."""
    # Printable characters are none of those refused below; nearly every filename ends here.
    if value.isprintable() and not value.isspace() and 0 < len(value) <= FILENAME_MAX_CHARACTERS:
        return value
    if all(_is_invisible(character) for character in value):
        raise InvalidFieldError("filename", sentence("must not be empty or blank."))
    if len(value) > FILENAME_MAX_CHARACTERS:
        raise InvalidFieldError(
            "filename",
            sentence(
                "has %(count)s characters; at most %(most)s are allowed.",
                count=len(value),
                most=FILENAME_MAX_CHARACTERS,
            ),
        )
    check_label(value, "filename")
    return value


def check_label(value: str, field: str) -> None:
    """Raise InvalidFieldError where a character of `value` could not be stored or would mislead."""
    for position, character in enumerate(value, start=1):
        if (
            character in _DIRECTION_CHARACTERS
            or unicodedata.category(character) in _REFUSED_CATEGORIES
        ):
            raise InvalidFieldError(
                field,
                sentence(
                    "must not hold %(code)s (character %(position)s): control, line-breaking and"
                    " direction-changing characters are refused.",
                    code=f"U+{ord(character):04X}",
                    position=position,
                ),
            )


def _is_invisible(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in _INVISIBLE_CATEGORIES
