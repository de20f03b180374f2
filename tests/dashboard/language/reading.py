"""Which words of a page are said by the desk, and which of them no catalog has been asked for."""

import re
from html.parser import HTMLParser

from vision_tasks.lifecycle import TaskStatus

# What stands in these is data, or the same in every language.
_DATA = ("bdi", "code", "kbd", "pre", "script", "style", "svg", "textarea", "time")
_MARKED_DATA = ("desk-lines", "desk-key", "desk-index")
# A title beside a name that is cut holds all of it.
_FILENAME = re.compile(r"\w+\.jpg")
# What an address must hold, and what no text can translate.
_ASKED_FOR = ", ".join(TaskStatus)
# A status that was put into a message as it stands in the database.
_RAW_STATUS = re.compile(r"(?<!⟦)(?<! as )\b(?:PENDING|PROCESSING|COMPLETED|FAILED)\b")
_VOID = ("br", "col", "hr", "img", "input", "link", "meta", "wbr")
ATTRIBUTES = ("alt", "aria-label", "aria-description", "data-label", "placeholder", "title")
# What is said alike in every language: some names, and what is typed as an example.
SAME_EVERYWHERE = (
    "UTC", "JSON", "CSV", "MB", "staff:ana@example.org", "key:ingest-1",
    'objects > 3 and label = "car"',
)  # fmt: skip


def find_unsaid(html: str, names: tuple[str, ...] = ()) -> list[str]:
    """List the texts of a page outside of ⟦ ⟧ that are neither data nor one of `names`."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [text for text in reader.texts if _holds_words(text, (*SAME_EVERYWHERE, *names))]


def strip_said(text: str) -> str:
    """Take away what stands between ⟦ and ⟧, whatever stands in it."""
    depth, rest = 0, []
    for character in text:
        depth += (character == "⟦") - (character == "⟧")
        if depth == 0 and character != "⟧":
            rest.append(character)
    return "".join(rest)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._open: list[tuple[str, bool]] = []
        # A message may hold markup, so where one begins and ends is counted over the whole page.
        self._depth = 0

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        classes = values.get("class", "").split()
        is_data = tag in _DATA or any(name in classes for name in _MARKED_DATA)
        if not is_data:
            # Of those for scripts, what looks like more than a name.
            told = [name for name in values if name.startswith("data-") and _is_long(values[name])]
            self.texts += [strip_said(values.get(name, "")) for name in (*ATTRIBUTES, *told)]
        if tag not in _VOID:
            # The names of the languages are each in their own.
            self._open.append((tag, is_data or "hreflang" in values))

    def handle_endtag(self, tag):
        while self._open:
            if self._open.pop()[0] == tag:
                break

    def handle_data(self, data):
        is_data = any(is_data for _, is_data in self._open)
        kept = []
        for character in data:
            if character == "⟦":
                self._depth += not is_data
            elif character == "⟧":
                self._depth -= not is_data
            elif self._depth == 0:
                kept.append(character)
        if not is_data:
            self.texts += ["".join(kept), *_RAW_STATUS.findall(data.replace(_ASKED_FOR, ""))]


def _is_long(text: str) -> bool:
    return any(len(word) > 1 for word in text.split()[1:]) and text[0] != "{"


def _holds_words(text: str, names: tuple[str, ...]) -> bool:
    for name in names:
        text = text.replace(name, "")
    text = _FILENAME.sub("", text)
    return any(character.isalpha() for character in text)
