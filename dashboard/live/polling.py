"""Which requests are sent by a page that is open, not by a person."""

from flask import has_request_context, request

POLLED = frozenset({"vision_tasks_tasks.live", "vision_tasks_overview.live"})


def is_polling() -> bool:
    """Tell whether the page itself sent this request, which is no sign of anybody being there."""
    return has_request_context() and request.endpoint in POLLED
