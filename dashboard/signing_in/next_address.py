"""Where a person wanted to go when they were asked to sign in: never off this site."""

from urllib.parse import quote

from flask import request, url_for

from dashboard.hardening import is_safe_path

_HOME = "vision_tasks_overview.index"


def format_next() -> str | None:
    """Write the address of this request, if it can be gone back to."""
    if request.method not in ("GET", "HEAD"):
        return None
    address = read_next(format_address())
    return None if address == url_for(_HOME) else address


def format_address() -> str:
    """Write the address of this request below its host."""
    path = quote(request.script_root + request.path, safe="/:@!$&'()*+,;=~")
    query = request.query_string.decode("ascii", "replace")
    return f"{path}?{query}" if query else path


def read_next(text: str | None) -> str | None:
    """Return an address of this site as it was sent, None for anything else."""
    return text if text is not None and is_safe_path(text) else None


def get_next_url() -> str:
    """Say where to go once somebody has signed in."""
    return read_next(request.values.get("next")) or url_for(_HOME)
