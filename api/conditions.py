"""Entity tags and the conditions made of them (RFC 9110, sections 8.8.3 and 13.1)."""

import re
from collections.abc import Sequence

from api.errors import ConditionRequiredError, MalformedConditionError

_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_TAG_LIST = re.compile(rf"[ \t,]*+{_TAG}(?:[ \t]*+,[ \t,]*+{_TAG})*+[ \t,]*+")
_ONE_TAG = re.compile(r'(W/)?"([^"]*)"')
_VERSION = re.compile(r"[1-9][0-9]{0,9}")
_MAX_VERSION = 2**31 - 1


def format_etag(version: int) -> str:
    """Write the strong entity tag of a version."""
    return f'"{version}"'


def read_if_match(lines: Sequence[str]) -> tuple[int, ...] | None:
    """Return the versions that If-Match allows, or None where it is `*` and allows any.

    `lines` are the values of all If-Match headers. A weak tag never matches, nor does a tag
    that we would not have given. Raises ConditionRequiredError, MalformedConditionError.
    """
    if not lines:
        raise ConditionRequiredError
    value = ",".join(lines).strip(" \t")
    if value == "*":
        return None
    if _TAG_LIST.fullmatch(value) is None:
        raise MalformedConditionError
    return tuple(
        int(tag)
        for weak, tag in _ONE_TAG.findall(value)
        if not weak and _VERSION.fullmatch(tag) and int(tag) <= _MAX_VERSION
    )


def is_unchanged(lines: Sequence[str], version: int) -> bool:
    """Tell whether If-None-Match says that the client has this version already.

    The comparison is weak, as RFC 9110 asks; a malformed header matches nothing.
    """
    value = ",".join(lines).strip(" \t")
    if value == "*":
        return True
    if _TAG_LIST.fullmatch(value) is None:
        return False
    return any(tag == str(version) for _, tag in _ONE_TAG.findall(value))
