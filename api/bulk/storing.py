"""The one transaction of a bulk request."""

from dataclasses import dataclass
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from api.bulk.body import Body
from api.bulk.copying import CopyConnection
from api.bulk.errors import FirstUnderWayError
from api.bulk.intake import Intake
from api.bulk.report import LISTED, REPRESENTED, Report
from api.bulk.rows import STAGED_COLUMNS, TASK_COLUMNS, Rows, write_staged, write_tasks
from api.bulk.wishes import Wishes
from api.database import transactional
from vision_tasks.attribution import Attribution
from vision_tasks.errors import DatabaseTimeoutError, DatabaseUnavailableError
from vision_tasks.faults import translate_database_error
from vision_tasks.models import Task
from vision_tasks.repeat_queries import (
    AnswerRow,
    delete_answers,
    insert_answer,
    lock_request,
    select_answer,
)
from vision_tasks.staging_queries import STAGED, STORE_STAGED, begin_copy

_ENCODER = msgspec.json.Encoder()


@dataclass(frozen=True)
class BulkOrder:
    """What a client wants to have stored; `request_id` is None where it may not be repeated."""

    body: Body
    intake: Intake
    report: Report
    wishes: Wishes
    attribution: Attribution
    request_id: UUID | None
    statement_seconds: float


@transactional
async def store(connection: AsyncConnection, order: BulkOrder) -> tuple[AnswerRow, bool]:
    """Store all of a body, or return the answer that it was given before; tell which is new.

    Raises SpoiltError where a bad line keeps it from being stored, FirstUnderWayError, and what
    reading the body and CopyConnection raise.
    """
    if order.intake.is_begun:
        # A second try, after the schema changed under the first: part of the body is gone.
        raise DatabaseUnavailableError
    begin = begin_copy(order.attribution, order.statement_seconds)
    born_at = (await connection.execute(begin)).scalars().one()
    if order.request_id is not None:
        # By itself, for what the next statement sees it sees from its own beginning.
        await _wait_for_first(connection, order.request_id)
        found = (await connection.execute(select_answer(order.request_id))).one_or_none()
        if found is not None:
            return AnswerRow(*found), False
    await _copy(await CopyConnection.of(connection, order.statement_seconds), order)
    answer = _ENCODER.encode(order.report.make_answer(born_at))
    row = AnswerRow(
        order.body.digest(),
        order.wishes.format_applied(shows_tasks=order.report.keeps_tasks),
        answer,
    )
    if order.request_id is not None:
        await connection.execute(insert_answer(order.request_id, row))
        await connection.execute(delete_answers())
    return row, True


async def _wait_for_first(connection: AsyncConnection, request_id: UUID) -> None:
    try:
        await connection.execute(lock_request(request_id))
    except Exception as exc:
        if isinstance(translate_database_error(exc), DatabaseTimeoutError):
            raise FirstUnderWayError from exc
        raise


async def _copy(connection: CopyConnection, order: BulkOrder) -> None:
    intake, report = order.intake, order.report
    may_skip = report.is_lenient
    batch = await intake.peek()
    if not (may_skip and batch and batch.has_given_ids):
        rows = Rows(intake, report, write_tasks, stops_at_ids=may_skip)
        await connection.copy(Task.__tablename__, TASK_COLUMNS, rows)
    if await intake.peek() is None:
        return
    # COPY stores all or nothing, so what may be taken is looked at behind it.
    await connection.create_staged()
    rows = Rows(intake, report, write_staged, stops_at_ids=False)
    await connection.copy(STAGED, STAGED_COLUMNS, rows)
    listed = REPRESENTED if report.keeps_tasks else LISTED
    taken = await connection.fetch(STORE_STAGED, listed=listed)
    if taken:
        report.note_taken(taken[0][0], [line for _, line in taken])
