"""The editable fields of a task at one moment, as a form carries them along."""

import hashlib
import json
from dataclasses import dataclass

from dashboard.errors import DamagedFormError
from dashboard.result_values import are_alike
from vision_tasks.lifecycle import Status, TaskStatus, read_status
from vision_tasks.models import FILENAME_MAX_CHARACTERS
from vision_tasks.records import TaskChanges, TaskRecord

FIELDS = ("status", "filename", "result")
# https://www.postgresql.org/docs/current/datatype-enum.html: NAMEDATALEN, less its end.
STATUS_MAX_CHARACTERS = 63


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a task held; where its result is too long for a form, `result` is its digest."""

    status: Status
    filename: str
    result: str | None
    is_digest: bool = False


def take_snapshot(task: TaskRecord, *, max_bytes: int) -> Snapshot:
    """Take the fields of `task`, whose result may be `max_bytes` long in a form."""
    if task.result is not None and len(content := task.result.encode()) > max_bytes:
        digest = hashlib.sha256(content).hexdigest()
        return Snapshot(task.status, task.filename, digest, is_digest=True)
    return Snapshot(task.status, task.filename, task.result)


def format_snapshot(snapshot: Snapshot) -> str:
    """Write a snapshot for a hidden field: JSON, so that no browser can alter its line ends."""
    return json.dumps(
        [snapshot.status, snapshot.filename, snapshot.result, snapshot.is_digest],
        ensure_ascii=False,
    )


def parse_snapshot(text: str) -> Snapshot:
    """Read what `format_snapshot` wrote; raises DamagedFormError."""
    try:
        status, filename, result, is_digest = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        raise DamagedFormError from None
    if not (
        isinstance(status, str)
        and isinstance(filename, str)
        and isinstance(result, str | None)
        and isinstance(is_digest, bool)
        and not (is_digest and result is None)
        and len(status) <= STATUS_MAX_CHARACTERS
        and len(filename) <= FILENAME_MAX_CHARACTERS
        and _is_storable(status)
        and _is_storable(filename)
        and _is_storable(result or "")
    ):
        raise DamagedFormError
    return Snapshot(read_status(status), filename, result, is_digest)


def hold_alike(one: Snapshot, other: Snapshot, name: str) -> bool:
    """Tell whether two snapshots hold the same in a field, however a result is laid out."""
    if name == "result" and not (one.is_digest or other.is_digest):
        return are_alike(one.result, other.result)
    return bool(getattr(one, name) == getattr(other, name))


def find_changes(before: Snapshot, after: Snapshot) -> TaskChanges:
    """List the columns to write, and only those, to come from `before` to `after`."""
    changes: TaskChanges = {}
    if after.status != before.status and isinstance(after.status, TaskStatus):
        changes["status"] = after.status
    if after.filename != before.filename:
        changes["filename"] = after.filename
    if after.result != before.result and not after.is_digest:
        changes["result"] = after.result
    return changes


def _is_storable(text: str) -> bool:
    try:
        return b"\x00" not in text.encode()
    except UnicodeEncodeError:
        return False
