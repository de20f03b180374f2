"""The texts of each language, read from its catalog when they are first needed."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from dashboard.language.choice import DEFAULT, PSEUDO

FOLDER = Path(__file__).parent


@cache
def load_catalog(language: str) -> NullTranslations:
    """Read the catalog of a language; what it lacks is said in English."""
    if language == DEFAULT:
        return NullTranslations()
    if language == PSEUDO:
        return _Bracketed()
    compiled = BytesIO()
    with (FOLDER / f"{language}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


class _Bracketed(NullTranslations):
    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"
