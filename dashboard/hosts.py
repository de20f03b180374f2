"""Under which names the standalone server may be addressed."""

import re
from collections.abc import Collection

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?", re.IGNORECASE)


def is_trusted_host(header: str | None, trusted: Collection[str]) -> bool:
    """Tell whether a Host header names one of `trusted`, whatever its port.

    Flask's own TRUSTED_HOSTS cuts a name at its first colon, so no IPv6 address ever matches.
    """
    match = _HOST.fullmatch(header or "")
    return match is not None and match[1].lower() in {name.lower() for name in trusted}
