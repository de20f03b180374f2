"""Bringing back what was deleted: whoever does, comes after whoever does the same.

Whether a task came back already is asked as of the beginning of a statement, and an INSERT that
waits for another's may find the id free again at its end. So the lock is taken first, by a
statement of its own, and kept until the transaction ends; what is asked after that is true.

One lock is for all that one batch deleted, and one for each deletion that was of no batch: the same
deletion always has the same. By task there would be a thousand locks to a chunk, of the 6,400 that
the server has room for by default, and two undos of one batch would wait for each other as well.
"""

from hashlib import blake2b
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from vision_tasks.changes import ChangeRecord


def try_restoring(undone: UUID | None) -> ColumnElement[bool]:
    """Take the lock of what the batch `undone` deleted, if nobody has it or waits for it."""
    return func.pg_try_advisory_xact_lock(_get_key(undone))


def select_restoring(deletion: ChangeRecord) -> Select[Any]:
    """Wait for the lock of `deletion`: at most for a chunk of a batch that is being undone."""
    return select(func.pg_advisory_xact_lock(_get_key(deletion.batch_id or deletion.id)))


def _get_key(deleted_by: UUID | int | None) -> int:
    digest = blake2b(f"vision_tasks restores {deleted_by}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
