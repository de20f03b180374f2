"""Entity tags and the conditions made of them (RFC 9110, sections 8.8.3 and 13.1)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import Headers

from api.errors import (
    ConditionRequiredError,
    MalformedConditionError,
    MisplacedConditionError,
    PreconditionFailedError,
)
from vision_tasks.errors import StaleVersionError
from vision_tasks.records import TaskRecord

_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_TAG_LIST = re.compile(rf"[ \t,]*+{_TAG}(?:[ \t]*+,[ \t,]*+{_TAG})*[ \t,]*+")
_ONE_TAG = re.compile(r'(W/)?"([^"]*)"')
_VERSION = re.compile(r"[1-9][0-9]{0,9}")
_MAX_VERSION = 2**31 - 1


def format_etag(version: int) -> str:
    """Write the strong entity tag of a version."""
    return f'"{version}"'


@dataclass(frozen=True, kw_only=True)
class PutCondition:
    """What a PUT asks of the task that may be there; no lines of a header ask for nothing."""

    if_match: Sequence[str]
    if_none_match: Sequence[str]

    @property
    def needs_task(self) -> bool:
        """Whether the task must exist, so that this PUT adds none."""
        return bool(self.if_match)

    def check(self, task: TaskRecord) -> None:
        """Raise StaleVersionError or PreconditionFailedError unless `task` meets it."""
        versions = read_if_match(self.if_match) if self.if_match else None
        if versions is not None and task.version not in versions:
            raise StaleVersionError(task.id, task.version)
        if self.if_none_match and is_unchanged(self.if_none_match, task.version):
            raise PreconditionFailedError(
                f"Task {task.id} is there already, at version {task.version}, and If-None-Match"
                " asks for none; read it, or use a new id."
            )


def read_put_condition(headers: Headers) -> PutCondition:
    """Read both conditions of a PUT; raises MalformedConditionError."""
    condition = PutCondition(
        if_match=headers.getlist("If-Match"), if_none_match=headers.getlist("If-None-Match")
    )
    for name, lines in (
        ("If-Match", condition.if_match),
        ("If-None-Match", condition.if_none_match),
    ):
        if lines and not _is_condition(lines):
            raise MalformedConditionError(name)
    return condition


def read_change_condition(headers: Headers) -> tuple[int, ...] | None:
    """Read the condition of a PATCH or DELETE as `read_if_match` does.

    Raises MisplacedConditionError as well, where there is an If-None-Match.
    """
    if headers.getlist("If-None-Match"):
        raise MisplacedConditionError
    return read_if_match(headers.getlist("If-Match"))


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


def _is_condition(lines: Sequence[str]) -> bool:
    value = ",".join(lines).strip(" \t")
    return value == "*" or _TAG_LIST.fullmatch(value) is not None
