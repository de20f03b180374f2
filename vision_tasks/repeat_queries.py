"""Statements about bulk requests that may be repeated, and the answers they were given."""

from typing import Any, NamedTuple
from typing import cast as cast_type
from uuid import UUID

from sqlalchemy import Delete, Insert, Select, Table, delete, func, select
from sqlalchemy.dialects.postgresql import insert as insert_or_update

from vision_tasks.ingest_queries import REPEATED
from vision_tasks.models import BulkRequest

FORGOTTEN = 100
"""Most answers of the past that are removed at a time."""

_REQUESTS = cast_type("Table", BulkRequest.__table__)


class AnswerRow(NamedTuple):
    """What a request was answered, and the body it had."""

    body_hash: bytes
    preferences: str
    answer: bytes


def lock_request(request_id: UUID) -> Select[Any]:
    """Wait until no other transaction is about the same request, and keep others waiting."""
    number = int.from_bytes(request_id.bytes[:8], signed=True)
    return select(func.pg_advisory_xact_lock(number))


def select_answer(request_id: UUID) -> Select[bytes, str, bytes]:
    """Select what a request within REPEATED was answered, as rows for AnswerRow."""
    return select(BulkRequest.body_hash, BulkRequest.preferences, BulkRequest.answer).where(
        BulkRequest.id == request_id, BulkRequest.created_at > func.now() - REPEATED
    )


def insert_answer(request_id: UUID, row: AnswerRow) -> Insert:
    """Remember what a request was answered, in the place of an answer from before REPEATED."""
    statement = insert_or_update(_REQUESTS).values(id=request_id, **row._asdict())
    columns = (*AnswerRow._fields, "created_at")
    return statement.on_conflict_do_update(
        index_elements=["id"], set_={name: statement.excluded[name] for name in columns}
    )


def delete_answers() -> Delete:
    """Forget some of what is past; what others forget just now is left to them."""
    past = (
        select(BulkRequest.id)
        .where(BulkRequest.created_at <= func.now() - REPEATED)
        .order_by(BulkRequest.created_at)
        .limit(FORGOTTEN)
        .with_for_update(skip_locked=True)
        # Looked for once: looked for anew with each row, it would come upon others each time.
        .cte("past")
        .prefix_with("MATERIALIZED")
    )
    return delete(_REQUESTS).where(_REQUESTS.c.id.in_(select(past.c.id)))
