"""No template holds words of its own: each is said by `_`, `ngettext`, `say` or `word`."""

import re
from html.parser import HTMLParser

import pytest
from jinja2 import Environment

from tests.dashboard.language.extraction import ROOT, TEMPLATES
from tests.dashboard.language.reading import ATTRIBUTES, SAME_EVERYWHERE, find_unsaid
from tests.dashboard.language.test_python import WORDS

SCRIPTS = ROOT / "dashboard/static"
STRING = re.compile(r"\"[^\"]*\"|'[^']*'|`[^`]*`")
# What stands in these is the same in every language.
UNTOUCHED = ("code", "kbd", "script", "style")


class Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._untouched = 0

    def handle_starttag(self, tag, attrs):
        self._untouched += tag in UNTOUCHED
        for name, value in attrs:
            is_text = name in ATTRIBUTES or (
                name.startswith("data-") and " " in (value or "").strip()
            )
            if is_text and name != "data-keys-for":
                self.found.append(value or "")

    def handle_endtag(self, tag):
        self._untouched -= tag in UNTOUCHED

    def handle_data(self, data):
        if not self._untouched:
            self.found.append(data)


def list_words(source: str) -> list[str]:
    """List what a template holds besides what it puts in."""
    html = []
    for _line, kind, value in Environment().lex(source):
        if kind == "data":
            html.append(value)
        if kind == "variable_begin":
            html.append("{")
    reader = Texts()
    reader.feed("".join(html))
    reader.close()
    words = []
    for text in reader.found:
        rest = text
        for same in SAME_EVERYWHERE:
            rest = rest.replace(same, "")
        if any(character.isalpha() for character in rest):
            words.append(" ".join(text.split()))
    return words


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_a_template_holds_no_words(path):
    assert list_words(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", sorted(SCRIPTS.glob("*.js")), ids=lambda path: path.name)
def test_a_script_holds_no_words(path):
    for line in path.read_text("utf-8").splitlines():
        for text in STRING.findall(line.partition("// ")[0]):
            plain = re.sub(r"\$\{[^}]*\}", "…", text)
            assert "[" in plain or not WORDS.search(plain), line


def test_words_are_found_in_text_and_in_attributes():
    source = "<p>{% if x %}Some {{ y }}{% endif %} <b title='words'>{{ _('said') }}</b> UTC</p>"
    assert list_words(source) == ["Some {", "words"]


def test_what_stands_outside_of_brackets_is_found_and_data_is_not():
    page = (
        "<title>⟦Tasks⟧ · Desk</title><p title='x'>⟦It is <b>⟦PENDING⟧</b> now⟧ 12 UTC</p>"
        "<p>⟦It was FAILED⟧ before</p><code>data</code><bdi>a ⟦b</bdi>"
        "<option value='x'>some</option>"
    )
    assert find_unsaid(page, ("Desk",)) == ["x", " before", "FAILED", "some"]
