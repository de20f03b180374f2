"""The way back to the list a person came from, carried from page to page."""

from urllib.parse import parse_qsl, urlencode

from flask import Response, make_response, redirect, request, url_for

from dashboard.list_parameters import NAMES

LIST_ENDPOINT = "vision_tasks_tasks.index"
MAX_CHARACTERS = 2_000


def get_back_query() -> str:
    """Read `back`, the query of a list and never an address, so it cannot lead elsewhere."""
    given = request.values.get("back", "")
    if len(given) > MAX_CHARACTERS:
        return ""
    try:
        pairs = parse_qsl(given, max_num_fields=len(NAMES))
    except ValueError:
        return ""
    return urlencode([(name, value) for name, value in pairs if name in NAMES])


def get_back_url() -> str:
    """Build the address of the list to go back to."""
    query = get_back_query()
    return url_for(LIST_ENDPOINT) + (f"?{query}" if query else "")


def see_other(url: str) -> Response:
    """Redirect after a POST, so that reloading the next page repeats nothing."""
    return make_response(redirect(url, 303))
