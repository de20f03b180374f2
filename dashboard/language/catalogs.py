"""The texts of each language, read from its catalog when they are first needed."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from dashboard.language.choice import DEFAULT, LANGUAGES, PSEUDO

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


def is_ours(one: str, many: str) -> bool:
    """Tell whether a text, as it is said of one or of many, is in any of our catalogs."""
    catalogs = [load_catalog(language) for language in LANGUAGES]
    return any(
        catalog.gettext(one) != one or catalog.ngettext(one, many, 2) != many
        for catalog in catalogs
    )


class _Bracketed(NullTranslations):
    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"
