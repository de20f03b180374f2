"""`POST /tasks/bulk`, answered without Quart, which would read the body ahead of PostgreSQL."""

from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus

from quart import Quart
from werkzeug.http import parse_options_header

from api.answers import MEDIA_TYPE
from api.authentication import let_in_directly
from api.bodies import JSON
from api.bulk.array import ArraySplitter
from api.bulk.body import Body
from api.bulk.errors import InvalidLinesError
from api.bulk.intake import Intake
from api.bulk.lines import LineSplitter
from api.bulk.pieces import Splitter
from api.bulk.report import LISTED, Report
from api.bulk.rows import SpoiltError
from api.bulk.storing import BulkOrder, store
from api.bulk.turns import Turns
from api.bulk.unpacking import read_coding
from api.bulk.wishes import Wishes
from api.direct import DirectAnswer, DirectRequest, Handler, encode_headers, make_answer
from api.errors import IdempotencyKeyReusedError, UnsupportedMediaTypeError
from api.idempotency import HEADER as IDEMPOTENCY_KEY
from api.idempotency import derive_id, read_idempotency_key
from api.preferences import APPLIED, HEADER, read_preferences
from vision_tasks.api_key_rules import Scope
from vision_tasks.api_keys import Caller
from vision_tasks.attribution import Attribution
from vision_tasks.config import Settings
from vision_tasks.errors import VisionTasksError
from vision_tasks.repeat_queries import AnswerRow

NDJSON = "application/x-ndjson"
SEARCHED_BYTES = 16 * 2**20
"""How much of a body is searched for more bad lines behind the first."""

_SPLITTERS: Mapping[str, type[LineSplitter | ArraySplitter]] = {
    NDJSON: LineSplitter,
    JSON: ArraySplitter,
}


def make_handler(app: Quart, settings: Settings) -> Handler:
    """Make the handler of POST for many tasks."""
    turns = Turns(settings.BULK_AT_ONCE)

    async def post_bulk(request: DirectRequest) -> DirectAnswer:
        async with app.app_context():
            caller = await let_in_directly(app, request, Scope.WRITE)
            with turns.take():
                order = _read_order(request, caller, settings)
                return _answer(await _work(order))

    return post_bulk


def _read_order(request: DirectRequest, caller: Caller, settings: Settings) -> BulkOrder:
    splitter, is_gzip = _read_media_type(request, settings)
    repeated = read_idempotency_key(request.get_headers(IDEMPOTENCY_KEY.lower().encode()))
    wishes = Wishes.of(read_preferences(request.get_headers(HEADER.lower().encode())))
    body = Body(
        request,
        is_gzip=is_gzip,
        max_bytes=settings.BULK_MAX_BYTES,
        idle_seconds=settings.BULK_IDLE_SECONDS,
    )
    return BulkOrder(
        body=body,
        intake=Intake(body, splitter),
        wishes=wishes,
        report=Report(is_lenient=wishes.is_lenient, wants_tasks=wishes.wants_tasks),
        attribution=Attribution(f"key:{caller.name}"),
        request_id=None if repeated is None else derive_id(caller.id, repeated),
        statement_seconds=settings.DATABASE_STATEMENT_SECONDS,
    )


def _read_media_type(request: DirectRequest, settings: Settings) -> tuple[Splitter, bool]:
    types = request.get_headers(b"content-type")
    media_type, parameters = parse_options_header(types[0] if len(types) == 1 else None)
    charset = parameters.get("charset", "utf-8").lower()
    split = _SPLITTERS.get(media_type.lower()) if charset in ("utf-8", "utf8") else None
    is_gzip = read_coding(request.get_headers(b"content-encoding"))
    if split is None or is_gzip is None:
        raise UnsupportedMediaTypeError(_SPLITTERS, is_gzip_read=True)
    return split(settings.MAX_LINE_BYTES), is_gzip


async def _work(order: BulkOrder) -> AnswerRow:
    try:
        await _begin(order)
        row, is_new = await store(order)
    except SpoiltError:
        await _find_bad_lines(order)
        raise InvalidLinesError(order.report.problems) from None
    if not is_new:
        await _check_repeat(order, row)
    return row


async def _begin(order: BulkOrder) -> None:
    # No connection is held for what takes its time to begin, or begins with a bad line.
    first = await order.intake.peek()
    if first and first.problems and not order.report.is_lenient:
        raise SpoiltError


async def _find_bad_lines(order: BulkOrder) -> None:
    end = order.body.size + SEARCHED_BYTES
    # That the rest is cut off, for one, is less to the point than a line that is bad.
    with suppress(VisionTasksError):
        while order.body.size < end and len(order.report.problems) < LISTED:
            batch = await order.intake.peek()
            if batch is None:
                break
            order.intake.take()
            order.report.note(batch)


async def _check_repeat(order: BulkOrder, row: AnswerRow) -> None:
    while await order.body.read():
        pass
    if order.body.digest() != row.body_hash:
        raise IdempotencyKeyReusedError(
            f"This {IDEMPOTENCY_KEY} was sent before with another body; use a new one."
        )


def _answer(row: AnswerRow) -> DirectAnswer:
    headers = encode_headers({APPLIED: row.preferences} if row.preferences else {})
    return make_answer(HTTPStatus.CREATED, row.answer, MEDIA_TYPE.encode(), headers)
