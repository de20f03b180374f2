"""Where the file of a task is: an address made of a template, in which a filename stays a label."""

import re
from urllib.parse import quote, urlsplit
from uuid import UUID

_FIELD = re.compile(r"\{([^{}]*)\}")
_FIELDS = {"path", "filename", "id"}
_DOTS = {".", ".."}
# What a Content-Security-Policy can name; it has no words for an address of IPv6, and `*` is none.
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")


def check_template(template: str) -> str:
    """Return a template that can be used; raises ValueError, which says what is wrong."""
    try:
        parts = urlsplit(template)
        parts.port  # noqa: B018
    except ValueError:
        raise ValueError("is no address") from None
    fields = _FIELD.findall(template)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("begins with https:// and a host")
    if parts.username is not None or parts.password is not None:
        raise ValueError("holds a name or a password, which every page would show")
    if not fields or set(fields) - _FIELDS or set("{}") & set(_FIELD.sub("", template)):
        raise ValueError("holds {path}, {filename} or {id}, and no other braces")
    if _FIELD.search(parts.netloc):
        raise ValueError("names its host without {path}, {filename} or {id}")
    if not _HOST.fullmatch(parts.hostname):
        raise ValueError("names its host by letters, digits, hyphens and dots (xn--… for others)")
    if re.search(r"[\s\x00-\x1f\x7f;,'\"<>\\]", template):
        raise ValueError("holds a character that no address has; write it as %XX")
    return template


def get_origin(template: str) -> str:
    """Return scheme, host and port of a template, as a Content-Security-Policy names them."""
    parts = urlsplit(template)
    return f"{parts.scheme}://{parts.hostname}{'' if parts.port is None else f':{parts.port}'}"


def format_file_url(template: str, task_id: UUID, filename: str) -> str | None:
    """Write the address of the file of a task; None where its filename could lead elsewhere.

    Browsers take the parts `.` and `..` of a path for steps, however they are written, and some
    servers a backslash for a slash.
    """
    name = filename.removeprefix("./")
    is_named = any(field != "id" for field in _FIELD.findall(template))
    steps = set(re.split(r"[/\\]", name))
    if is_named and (_DOTS & steps or "" in steps):
        return None
    values = {
        "path": "/".join(quote(step, safe="") for step in name.split("/")),
        "filename": quote(filename, safe=""),
        "id": str(task_id),
    }
    return _FIELD.sub(lambda match: values[match[1]], template)
