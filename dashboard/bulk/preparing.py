"""From the list to the dry run: what was ordered is stored, and nothing is changed yet."""

from uuid import UUID

from flask import Response, request, url_for

from dashboard.bulk.batch_store import prepare
from dashboard.bulk.errors import TooManyTasksError
from dashboard.bulk.order import Order
from dashboard.bulk.rights import list_needed
from dashboard.desk import get_desk
from dashboard.pages import Page
from dashboard.problems import FAILURES, Problem, describe_error
from dashboard.result_limits import list_result_limits
from dashboard.returning import get_back_query, get_back_url, see_other
from dashboard.ticks import FIELD
from dashboard.tokens import TOKEN_REFUSED, is_token_valid, refuse_foreign_form
from vision_tasks.errors import InvalidFieldError

# Several times what as many ticks as are allowed come to, however a browser quotes them.
_TICKS_BYTES = 131_072
_FIELD_FACTOR = 3


def handle_preparation(page: Page) -> Response:
    """Store the dry run and go to its page, or ask for what the order lacks."""
    if request.method != "POST":
        return see_other(get_back_url())
    desk = get_desk()
    limit = _FIELD_FACTOR * desk.settings.MAX_BODY_BYTES + _TICKS_BYTES
    request.max_content_length = request.max_form_memory_size = limit
    refuse_foreign_form()
    order = Order.read(request.form)
    desk.require(*list_needed(order.kind))
    if not is_token_valid():
        return _ask(page, order, problem=TOKEN_REFUSED)
    return _ask(page, order) if order.needs_result else _prepare(page, order)


def format_batch_url(batch_id: UUID) -> str:
    """Write the address of a batch."""
    return url_for("vision_tasks_tasks.batch", batch_id=batch_id)


def _prepare(page: Page, order: Order) -> Response:
    desk = get_desk()
    result = order.check_result(max_bytes=desk.settings.MAX_BODY_BYTES)
    if order.errors:
        return _ask(page, order)
    try:
        batch_id = prepare(desk, order, result)
    except TooManyTasksError:
        raise
    except InvalidFieldError as exc:
        order.errors[exc.field] = str(exc)
        return _ask(page, order)
    except FAILURES as exc:
        return _ask(page, order, problem=describe_error(exc))
    return see_other(format_batch_url(batch_id))


def _ask(page: Page, order: Order, *, problem: Problem | None = None) -> Response:
    return page.show(
        "bulk_order.html",
        status=400 if order.errors else 200,
        order=order,
        tick_field=FIELD,
        problem=problem,
        limits=list_result_limits(get_desk().settings.MAX_BODY_BYTES),
        back=get_back_query(),
        back_url=get_back_url(),
    )
