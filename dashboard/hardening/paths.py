"""Where a redirect may lead: to a place on this desk, whatever a browser makes of the text."""

import re
from urllib.parse import unquote

MAX_CHARACTERS = 2_000

# https://url.spec.whatwg.org/#url-parsing: tabs and line ends vanish, a backslash is a slash, so
# "/\t/evil.example" and "/\\evil.example" leave the site. Spaces at the ends vanish as well.
_UNSAFE = re.compile(r"[\s\\\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]")


def is_safe_path(text: str) -> bool:
    """Tell whether `text` is a path of this site, with or without a query, and nothing more.

    It begins with one slash, and what follows is ASCII. The path must hold as it stands and
    decoded once more, for a proxy or a framework on the way may do that.
    """
    if len(text) > MAX_CHARACTERS or not text.isascii() or _UNSAFE.search(text):
        return False
    path = text.partition("#")[0].partition("?")[0]
    return _is_local(path) and _is_local(unquote(path))


def _is_local(path: str) -> bool:
    return path.startswith("/") and "//" not in path and not _UNSAFE.search(path)
