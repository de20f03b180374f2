"""What a client would prefer (RFC 7240): honoured, or passed over in silence."""

import re
from collections.abc import Sequence

HEADER = "Prefer"
APPLIED = "Preference-Applied"

# A comma or a semicolon between quotes belongs to the value.
_QUOTED_PART = r'"[^"\\]*(?:\\.[^"\\]*)*'
_PREFERENCE = re.compile(rf'(?:[^,"]|{_QUOTED_PART}"?)+', re.DOTALL)
_UP_TO_PARAMETERS = re.compile(rf'(?:[^;"]|{_QUOTED_PART}"?)*', re.DOTALL)
_NAMED = re.compile(
    r"""[ \t]*+([!#$%&'*+.^_`|~0-9a-z-]++)[ \t]*+"""
    rf"""(?:=[ \t]*+({_QUOTED_PART}"|[^ \t"]*+)[ \t]*+)?""",
    re.IGNORECASE | re.DOTALL,
)
_QUOTED = re.compile(r"\\(.)", re.DOTALL)


def read_preferences(lines: Sequence[str]) -> dict[str, str]:
    """Read the value of each preference from all headers of that name, both in lower case.

    Of one that is named twice the first counts; its parameters, and what is malformed, do not.
    """
    found: dict[str, str] = {}
    for part in _PREFERENCE.findall(",".join(lines)):
        named = _UP_TO_PARAMETERS.match(part)
        match = _NAMED.fullmatch(named[0]) if named else None
        if match is not None:
            found.setdefault(match[1].lower(), _unquote(match[2] or "").lower())
    return found


def _unquote(value: str) -> str:
    return _QUOTED.sub(r"\1", value[1:-1]) if value.startswith('"') else value
