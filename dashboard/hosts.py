"""Under which names the standalone server may be addressed."""

import re
from collections.abc import Collection

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([1-9][0-9]{0,4}))?", re.IGNORECASE)
_MAX_PORT = 65_535


def is_trusted_host(header: str | None, trusted: Collection[str]) -> bool:
    """Tell whether a Host header names one of `trusted`, whatever its port, if it is one.

    Flask's own TRUSTED_HOSTS cuts a name at its first colon, so no IPv6 address ever matches.
    """
    match = _HOST.fullmatch(header or "")
    if match is None or int(match[2] or 1) > _MAX_PORT:
        return False
    return match[1].lower() in {name.lower() for name in trusted}
