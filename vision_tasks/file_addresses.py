"""Where the file of a task is: an address made of a template, in which a filename stays a label."""

import re
from urllib.parse import quote, urlsplit
from uuid import UUID

_FIELD = re.compile(r"\{([^{}]*)\}")
_FIELDS = {"path", "filename", "id"}
_DOTS = {".", ".."}


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
    if re.search(r"[\s\x00-\x1f\x7f;,'\"<>\\]", template):
        raise ValueError("holds a character that no address has; write it as %XX")
    return template


def get_origin(template: str) -> str:
    """Return scheme, host and port of a template, as a Content-Security-Policy names them."""
    parts = urlsplit(template)
    return f"{parts.scheme}://{parts.netloc}"


def format_file_url(template: str, task_id: UUID, filename: str) -> str | None:
    """Write the address of the file of a task; None where its filename could lead elsewhere.

    Browsers take the parts `.` and `..` of a path for steps, however they are written.
    """
    steps = filename.removeprefix("./").split("/")
    if _DOTS & set(steps) or filename in _DOTS or "" in steps:
        return None
    values = {
        "path": "/".join(quote(step, safe="") for step in steps),
        "filename": quote(filename, safe=""),
        "id": str(task_id),
    }
    return _FIELD.sub(lambda match: values[match[1]], template)
